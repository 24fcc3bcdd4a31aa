"""Every address of the workbench. A page is one file in `pages`, one template and one line here."""

from __future__ import annotations

from django.urls import include, path

from earned.web.pages import (
    accounts,
    counter,
    decisions,
    digest,
    door,
    draft,
    home,
    idea,
    ledger,
    openings,
    organization,
    person,
    search,
    settings,
    topic,
)

study = [
    path("", topic.topic, name="topic"),
    path("people/", person.people, name="people"),
    path("person/<path:key>/", person.person, name="person"),
    path("own/<path:key>/", person.own, name="own"),
    path("record/<path:key>/", person.record, name="record"),
    path("calendar/<path:key>/", person.calendar, name="calendar"),
    path("accounts/", accounts.accounts, name="accounts"),
    path("accounts/merge/", accounts.merge, name="merge-accounts"),
    path("accounts/part/", accounts.part, name="part-accounts"),
    path("accounts/prove/", accounts.prove, name="prove-accounts"),
    path("accounts/affiliate/", accounts.affiliate, name="affiliate"),
    path("accounts/remove/", accounts.remove, name="remove-person"),
    path("organizations/", organization.organizations, name="organizations"),
    path("organization/<path:key>/", organization.organization, name="organization"),
    path("ideas/", idea.ideas, name="ideas"),
    path("idea/<str:key>/", idea.idea, name="idea"),
    path("idea/<str:key>/rename/", idea.rename, name="rename-idea"),
    path("idea/<str:key>/merge/", idea.merge, name="merge-ideas"),
    path("idea/<str:key>/split/", idea.split, name="split-idea"),
    path("idea/<str:key>/hint/", idea.hint, name="hint"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/one/", ledger.receipt, name="receipt"),
    path("ledger/decide/", ledger.decide, name="decide"),
    path("openings/", openings.openings, name="openings"),
    path("digest/", digest.digest, name="digest"),
    path("digest/mail/", digest.mail, name="digest-mail"),
    path("digest/file/", digest.file, name="digest-file"),
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/undo/", decisions.undo, name="undo"),
    path("search/", search.search, name="search"),
    path("job/", topic.job, name="job"),
    path("refresh/", topic.refresh, name="refresh"),
    path("settings/", settings.settings, name="settings"),
    path("settings/add/", settings.add, name="add"),
    path("settings/seat/", settings.seat, name="seat"),
    path("settings/privacy/", settings.privacy, name="privacy"),
]

urlpatterns = [
    path("", home.home, name="home"),
    path("new/", home.new, name="new"),
    path("sample/", home.sample, name="sample"),
    path("draft/", draft.draft, name="draft"),
    path("paper.css", door.paper, name="paper"),
    path("counter.js", counter.script, name="counter-script"),
    path("counter", counter.visit, name="counter"),
    path("sign-in/", door.SignIn.as_view(), name="sign-in"),
    path("sign-out/", door.sign_out, name="sign-out"),
    path("s/<slug:name>/", include(study)),
]

handler404 = "earned.web.pages.door.missing"
handler500 = "earned.web.pages.door.broken"
handler403 = "earned.web.pages.door.refused"
