"""The style sheet of the HTML report: quiet paper, one accent, numbers that line up."""

CSS = """
:root { color-scheme: light dark; --paper: #fbfaf6; --ink: #1e1c19; --quiet: #5b554c; --rule: #d8d2c6; --faint: #efebe2;
  --accent: #0a5c70; --bar: #968e7e; --followed: #06404f; --mark: #fbe6a2;
  --serif: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", "P052", Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial,
    sans-serif; }
@media (prefers-color-scheme: dark) { :root { --paper: #17191b; --ink: #ebe7df; --quiet: #b0a99d; --rule: #3b3d3f;
  --faint: #212427; --accent: #7cc7da; --bar: #6d7175; --followed: #a8e2f0; --mark: #5a4a12; } }
*, *::before, *::after { box-sizing: border-box; }
html { font-size: 106.25%; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; padding: 0 1.25rem 3rem; max-width: 66rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 var(--serif); overflow-wrap: anywhere; }
a { color: var(--accent); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.skip { position: absolute; left: -999rem; padding: .5rem 1rem; background: var(--ink); color: var(--paper); }
.skip:focus { left: 1rem; top: 1rem; }
h1, h2, h3, p, figure, blockquote, dl, dd, ol, ul { margin: 0; }
h1, h2, h3 { line-height: 1.18; text-wrap: balance; font-weight: 600; }
.masthead { padding: 3.2rem 0 2.4rem; border-bottom: 1px solid var(--ink); }
.kicker { font: 600 .8rem/1.4 var(--sans); letter-spacing: .08em; text-transform: uppercase; color: var(--accent); }
h1 { margin: .5rem 0 1.1rem; font-size: clamp(1.9rem, 1.2rem + 3vw, 3.1rem); letter-spacing: -.012em; }
.claim { max-width: 44rem; font-size: clamp(1.15rem, 1.02rem + .6vw, 1.42rem); line-height: 1.42; text-wrap: pretty; }
.standfirst { max-width: 44rem; margin-top: .9rem; color: var(--quiet); }
section { padding: 2.6rem 0 .6rem; border-bottom: 1px solid var(--rule); }
main > section:last-child { border-bottom: 0; }
h2 { margin-bottom: 1.1rem; font-size: 1.5rem; }
section > p, section > ul, .lead { max-width: 44rem; }
section > p, section > ul, .lead, figure, details, .scroll { margin-bottom: 1.8rem; }
.lead, figcaption { color: var(--quiet); }
ul { padding-left: 1.1rem; } li + li { margin-top: .45rem; }
figcaption { max-width: 44rem; margin-bottom: 1rem; font: .9rem/1.5 var(--sans); }
figcaption strong { color: var(--ink); }
.plot ol { list-style: none; padding: 0; }
.plot li, .plot-axis { display: grid; grid-template-columns: 15rem 1fr 10.5rem; column-gap: 1.2rem;
  align-items: center; }
.plot li { margin: 0; border-top: 1px solid var(--faint); }
.plot-axis svg { grid-column: 2; }
.who { font: .95rem/1.35 var(--sans); padding: .5rem 0; }
.value { font: .9rem/1.35 var(--sans); font-variant-numeric: tabular-nums; white-space: nowrap; }
svg { display: block; width: 100%; overflow: visible; }
svg text { font: .76rem var(--sans); fill: var(--quiet); font-variant-numeric: tabular-nums; }
.strip { height: 2.5rem; } .axis { height: 1.3rem; }
.grid { stroke: var(--rule); stroke-width: 1; }
.range { stroke: var(--accent); stroke-width: 3; stroke-linecap: round; opacity: .6; }
.dot { fill: var(--accent); stroke: var(--paper); stroke-width: 2; }
.camp { display: inline-block; padding: 0 .45rem; border: 1px solid currentColor; border-radius: .2rem;
  color: var(--quiet);
  font: 600 .74rem/1.55 var(--sans); white-space: nowrap; }
.camp.has { background: var(--accent); border-color: var(--accent); color: var(--paper); }
.camp.trying { color: var(--accent); } .camp.wants { border-style: dashed; } .camp.unsure { border-style: dotted; }
.weeks { height: 13rem; margin-top: 1.8rem; border-bottom: 1px solid var(--quiet); }
.weeks .all { fill: var(--bar); } .weeks .followed { fill: var(--followed); }
.ends { display: flex; justify-content: space-between; margin-top: .35rem; color: var(--quiet);
  font: .8rem var(--sans); }
.key { margin-right: 1rem; white-space: nowrap; }
.key::before { content: ""; display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: .1em; }
.key.all::before { background: var(--bar); } .key.followed::before { background: var(--followed); }
.scroll { overflow-x: auto; }
#planted table, details table { width: auto; min-width: min(36rem, 100%); }
table { width: 100%; border-collapse: collapse; font: .87rem/1.45 var(--sans); font-variant-numeric: tabular-nums;
  overflow-wrap: normal; }
caption { padding-bottom: .7rem; text-align: left; color: var(--quiet); }
caption span { display: block; position: sticky; left: 0; max-width: min(44rem, 100vw - 2.5rem); }
th, td { padding: .55rem .9rem .55rem 0; border-top: 1px solid var(--rule); text-align: left; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
thead th { border-top: 0; color: var(--quiet); font-weight: 600; vertical-align: bottom; }
tbody th { min-width: 8.5rem; font-weight: 600; } tbody tr:last-child > * { border-bottom: 1px solid var(--rule); }
.n { text-align: right; } td.n { white-space: nowrap; }
.quiet, .reason { display: block; color: var(--quiet); font-weight: 400; }
.reason { min-width: 12rem; margin-top: .25rem; }
summary { cursor: pointer; padding: .3rem 0; font: 600 .9rem/1.5 var(--sans); color: var(--accent); }
details[open] > summary { margin-bottom: .8rem; }
.receipt { margin-bottom: 2.4rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
.receipt h3 { margin-bottom: .9rem; font-size: 1.12rem; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 1.6rem; }
.quoted { margin: 0; } .quoted figcaption { margin-bottom: .5rem; font-size: .84rem; }
.when { font-weight: 700; color: var(--accent); }
blockquote { padding: .1rem 0 .1rem 1rem; border-left: 3px solid var(--rule); white-space: pre-line; }
mark { padding: 0 .1em; border-radius: .15em; background: var(--mark); color: inherit; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; }
dl { margin-top: 1rem; font: .87rem/1.55 var(--sans); } dt { color: var(--quiet); }
footer { padding-top: 1.4rem; border-top: 1px solid var(--ink); color: var(--quiet); font: .84rem/1.55 var(--sans); }
@media (max-width: 44rem) {
  .masthead { padding-top: 2rem; }
  .plot li { grid-template-columns: 1fr auto; padding: .35rem 0 .2rem; }
  .plot .strip { grid-row: 2; grid-column: 1 / -1; }
  .plot-axis { display: block; } .pair { grid-template-columns: 1fr; gap: 1rem; }
  .who { padding: .3rem 0 0; } .strip { height: 1.9rem; }
  dl > div { grid-template-columns: 1fr; margin-bottom: .4rem; }
  .key { display: block; white-space: normal; }
  table { min-width: 34rem; } details table, #planted table { min-width: 0; } th, td { padding-right: .6rem; }
}
@media print {
  @page { margin: 16mm; }
  :root { color-scheme: light; --paper: #fff; --ink: #000; --quiet: #444; --rule: #bbb; --faint: #ddd;
    --accent: #0a5c70; --bar: #968e7e; --followed: #06404f; --mark: #fbe6a2; }
  html { font-size: 80%; } body { max-width: none; padding: 0; } .skip { display: none; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  .receipt, .plot li, tr, .weeks { break-inside: avoid; } h2, h3, summary { break-after: avoid; }
  .scroll { overflow: visible; }
  details::details-content { content-visibility: visible; display: block; }
  a[href^="http"]::after { content: " (" attr(href) ")"; font-size: .85em; overflow-wrap: anywhere; }
}
"""
