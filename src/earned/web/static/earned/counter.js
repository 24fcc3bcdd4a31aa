// Tells one's own workbench that a page was read: path, host it came from, seconds, quarters seen. No cookie, no name.
(() => {
  "use strict";
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl || !navigator.sendBeacon) return;
  const to = new URL("counter", document.currentScript.src);
  let quarters = 0, seconds = 0, since = document.hidden ? 0 : Date.now(), told = false;
  const look = () => {
    const seen = (window.scrollY + window.innerHeight + 1) / document.documentElement.scrollHeight;
    quarters = Math.max(quarters, Math.min(4, Math.floor(4 * seen)));
  };
  const pause = () => {
    if (since) seconds += (Date.now() - since) / 1000;
    since = 0;
  };
  const tell = () => {
    if (told) return;
    told = true;
    pause();
    let from = "";
    try { from = new URL(document.referrer).hostname; } catch { from = ""; }
    const number = new URLSearchParams(location.search).get("p");
    const path = location.pathname + (number && /^\d+$/.test(number) ? "?p=" + number : "");
    navigator.sendBeacon(to, JSON.stringify({ p: path, r: from, s: Math.round(seconds), d: quarters }));
  };
  addEventListener("scroll", look, { passive: true });
  addEventListener("load", look);
  look();
  document.addEventListener("visibilitychange", () => { if (document.hidden) pause(); else since = since || Date.now(); });
  addEventListener("pagehide", tell);
})();
