"""Archives made by code from documented field lists; everybody in them is fictional, nothing was copied."""

import csv
import hashlib
import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DID = "did:plc:adaadaadaadaadaadaadaada"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"


def zipped(folder, name, members, compression=zipfile.ZIP_DEFLATED):
    path = folder / name
    with zipfile.ZipFile(path, "w", compression) as file:
        for member, body in members.items():
            file.writestr(member, body)
    return path


def tarred(folder, name, members):
    path = folder / name
    with tarfile.open(path, "w:gz") as file:
        for member, body in members.items():
            info = tarfile.TarInfo(member)
            body = body.encode() if isinstance(body, str) else body
            info.size = len(body)
            file.addfile(info, io.BytesIO(body))
    return path


def written(folder, name, body):
    path = folder / name
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return path


def sheet(header, *rows):
    made = io.StringIO()
    csv.writer(made).writerows([header, *rows])
    return made.getvalue()


def tweet(number, text, day=1, **more):
    return {
        "tweet": {
            "id_str": str(number), "full_text": text, "created_at": f"Mon Jan {day:02} 10:00:00 +0000 2024",
            "favorite_count": "3", "retweet_count": "1", "lang": "en", "entities": {}, **more,
        }
    }  # fmt: skip


def x_members():
    long = "Small steps beat large plans. " * 12
    tweets = [
        tweet(103, "RT @bo: ship it", 3),
        tweet(101, "Alerts should wake nobody twice &amp; never at three https://t.co/a", 1, entities={
            "urls": [{"url": "https://t.co/a", "expanded_url": "https://ada.example/alerts?utm_source=x", "display_url": "ada"}],
            "user_mentions": [{"id_str": "77", "screen_name": "bo"}]}),
        tweet(102, "I agree", 2, in_reply_to_status_id_str="55", in_reply_to_screen_name="bo"),
        tweet(104, long[:270], 4),
        tweet(105, "As said", 5, entities={"urls": [{"expanded_url": "https://x.com/bo/status/42"}]}),
        tweet(106, "Bad date", 5, created_at="yesterday"),
    ]  # fmt: skip
    note = {"noteTweet": {"createdAt": "2024-01-04T10:00:00.000Z", "core": {"text": long}}}
    account = {
        "account": {"accountId": "9", "username": "ada", "accountDisplayName": "Ada Q.", "email": "ada@secret.example"}
    }
    secret = {"dmConversation": {"messages": [{"messageCreate": {"text": "psst secret"}}]}}
    return {
        "data/tweets.js": "window.YTD.tweets.part0 = " + json.dumps(tweets, indent=1),
        "data/note-tweet.js": "window.YTD.note_tweet.part0 = " + json.dumps([note]),
        "data/account.js": "window.YTD.account.part0 = " + json.dumps([account]),
        "data/direct-messages.js": "window.YTD.direct_messages.part0 = " + json.dumps([secret]),
        "data/tweets_media/101-a.jpg": b"\xff\xd8\xff",
        "Your archive.html": "<html>start here</html>",
    }


def share(number):
    return f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"


def linkedin_members():
    return {
        "Shares_1.csv": (
            "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\r\n"
            f'2024-01-02 10:00:00,{share(1)},"First line""\n""\n""Second, with ""doubled"" quotes",https://ada.example/a,,'
            "MEMBER_NETWORK\r\n"
            f"2024-01-03 10:00:00,{share(2)},Only for friends,,,CONNECTIONS\r\n"
        ),
        "Comments_1.csv": (
            f'Date,Link,Message\n2024-01-04 10:00:00,{share(7)},"He said \\"no\\", I say yes"\n'
            f"2024-01-05 10:00:00,{share(8)},plain\n"
        ),
        "InstantReposts.csv": sheet(["Date", "Link"], ["2024-01-06 10:00:00", share(9)]),
        "Profile.csv": sheet(["First Name", "Last Name", "Address", "Headline"], ["Ada", "Q.", "1 Secret Street", "Engineer"]),
        "Positions.csv": sheet(
            ["Company Name", "Title", "Description", "Location", "Started On", "Finished On"],
            ["Northwind", "Engineer", "", "", "Jan 2024", "Jan 2024"],
        ),
        "messages.csv": sheet(["CONVERSATION ID", "FROM", "CONTENT"], ["1", "Bo", "psst secret"]),
        "Connections.csv": "Notes:\n\n"
        + sheet(["First Name", "Last Name", "URL", "Email Address", "Company", "Position", "Connected On"],
                ["Bo", "Secret", "u", "bo@secret.example", "c", "p", "02 Jan 2024"]),
        "Email Addresses.csv": sheet(["Email Address", "Confirmed", "Primary"], ["ada@secret.example", "Yes", "Yes"]),
    }  # fmt: skip


def toot(number, to, cc=(), **more):
    uri = f"https://a.example/users/ada/statuses/{number}"
    inner = {
        "id": uri, "type": "Note", "url": f"https://a.example/@ada/{number}", "to": list(to), "cc": list(cc),
        "content": f'<p>Toot {number} <a href="https://ada.example/{number}">here</a></p>', "tag": [], "inReplyTo": None,
        "contentMap": {"en": ""}, **more,
    }  # fmt: skip
    return {
        "id": uri + "/activity", "type": "Create", "actor": "https://a.example/users/ada", "to": list(to), "cc": list(cc),
        "published": f"2024-02-{number:02}T10:00:00Z", "object": inner,
    }  # fmt: skip


def mastodon_members():
    followers = "https://a.example/users/ada/followers"
    boost = {
        "id": "https://a.example/users/ada/statuses/6/activity", "type": "Announce", "actor": "https://a.example/users/ada",
        "to": [PUBLIC], "published": "2024-02-06T10:00:00Z", "object": "https://b.example/users/bo/statuses/9",
    }  # fmt: skip
    acts = [
        toot(1, [PUBLIC], [followers]),
        toot(2, [followers], [PUBLIC], inReplyTo="https://b.example/users/bo/statuses/7"),
        toot(3, [followers], content="secret for followers"),
        toot(4, ["https://b.example/users/bo"], content="secret for Bo"),
        {**toot(5, [PUBLIC]), "object": {**toot(5, [PUBLIC])["object"], "to": [followers], "content": "secret inside"}},
        boost,
    ]
    stream = "https://www.w3.org/ns/activitystreams"
    actor = {"@context": [stream], "id": "https://a.example/users/ada", "type": "Person", "preferredUsername": "ada",
             "name": "Ada Q.", "inbox": "https://a.example/users/ada/inbox", "url": "https://a.example/@ada"}  # fmt: skip
    box = {"@context": stream, "id": "outbox.json", "type": "OrderedCollection", "totalItems": 6, "orderedItems": acts}
    likes = {
        "@context": stream,
        "id": "likes.json",
        "type": "OrderedCollection",
        "orderedItems": ["https://c.example/secret"],
    }
    return {"outbox.json": json.dumps(box), "actor.json": json.dumps(actor), "likes.json": json.dumps(likes)}


def substack_members():
    header = [
        "post_id",
        "post_date",
        "is_published",
        "email_sent_at",
        "type",
        "audience",
        "title",
        "subtitle",
        "podcast_url",
    ]
    rows = [
        [
            "11.alerts",
            "2024-03-01T10:00:00.000Z",
            "true",
            "",
            "newsletter",
            "everyone",
            "Alerts &amp;amp; sleep",
            "Sub",
            "",
        ],
        ["12.paid", "2024-03-02T10:00:00.000Z", "true", "", "newsletter", "only_paid", "secret paid", "", ""],
        ["13.draft", "", "false", "", "newsletter", "everyone", "secret draft", "", ""],
    ]
    opens = sheet(["post_id", "timestamp", "email", "open_time", "device_type"],
                  ["11.alerts", "t", "bo@secret.example", "t", "d"], ["11.alerts", "t", "bo@secret.example", "t", "d"])  # fmt: skip
    people = sheet(["email", "active_subscription", "created_at"], ["bo@secret.example", "false", "2024"])
    return {
        "posts.csv": sheet(header, *rows),
        "posts/11.alerts.html": '<p>Nobody should wake twice. <a href="https://bo.example/x">Bo</a></p>',
        "posts/12.paid.html": "<p>secret paid</p>",
        "posts/11.opens.csv": opens,
        "email_list.secret.csv": people,
    }


def medium_members():
    def story(title, body, published=True, subtitle=""):
        time = '<time class="dt-published" datetime="2024-04-01T10:00:00.000Z">April</time>' if published else ""
        name = '<a href="https://medium.com/@ada" class="p-author h-card">Ada Q.</a>'
        link = '<a href="https://medium.com/@ada/alerts-abc123" class="p-canonical">link</a>'
        return (
            f'<!DOCTYPE html><html><body><article class="h-entry"><header><h1 class="p-name">{title}</h1></header>'
            f'{subtitle}<section data-field="body" class="e-content"><p>{body}</p></section>\n'
            f"<footer><p>By {name} on {time}.</p><p>{link}</p></footer></article></body></html>"
        )

    sub = '<section data-field="subtitle" class="p-summary">Sub</section>'
    return {
        "posts/2024-04-01_Alerts-abc123.html": story("Alerts", "Nobody should wake twice.", subtitle=sub),
        "posts/draft_Thoughts-def.html": story("Thoughts", "secret draft", published=False),
        "claps/claps-0001.html": "<html><body class='h-feed'>medium.com claps</body></html>",
    }


def reddit_members():
    posts = ["id", "permalink", "date", "ip", "subreddit", "gildings", "title", "url", "body"]
    comments = ["id", "permalink", "date", "ip", "subreddit", "gildings", "link", "parent", "body"]
    base = "https://www.reddit.com/r/ops/comments/p1/alerts/"
    return {
        "posts.csv": sheet(
            posts, ["p1", base, "2024-05-01 10:00:00 UTC", "1.2.3.4", "ops", "0", "Alerts", "", "Why?\n\nTwice."]
        ),
        "comments.csv": sheet(
            comments,
            [
                "c2",
                base + "c2/",
                "2024-05-02 10:00:00 UTC",
                "1.2.3.4",
                "ops",
                "0",
                base,
                "c1",
                "Yes https://ada.example/a",
            ],
            ["c3", base + "c3/", "2024-05-03 10:00:00 UTC", "1.2.3.4", "ops", "0", base, "", "[deleted]"],
        ),
        "statistics.csv": sheet(["statistic", "value"], ["account name", "ada_q"]),
        "ip_logs.csv": sheet(["date", "ip"], ["2024", "1.2.3.4"]),
    }


def answers_text():
    return (
        f"Answers to {share(1)}\n\nBo R., Engineer, Acme, 2024-01-02 14:30\nI page nobody at three,\n\nsee https://bo.example/a\n\n"
        "Cy, 2024-01-03:\nWho wakes then?\n\n"
        "Answers to https://x.com/ada/status/101, copied 2024-01-09\nDi D., 2d ago\nWe sell alarms.\n"
    )


def youtube_members():
    header = [
        "Comment ID",
        "Channel ID",
        "Comment Create Timestamp",
        "Price",
        "Parent Comment ID",
        "Video ID",
        "Comment Text",
    ]
    runs = '{"text":"Nobody should "},{"text":"wake twice"}'
    return {
        "Takeout/YouTube/comments/comments.csv": sheet(
            header,
            ["k1", "UCada", "2024-06-01T10:00:00.123456+00:00", "0", "", "v1", runs],
            ["k2", "UCada", "2024-06-02T10:00:00+00:00", "0", "k1", "v1", "Plain"],
        ),
        "Takeout/YouTube/history/watch-history.html": "<html>Watched secret</html>",
    }


def wxr_text():
    def item(number, status, text, more=""):
        return (
            f"<item><title>Post {number}</title><link>https://ada.example/{number}</link><dc:creator>ada</dc:creator>"
            f"<content:encoded><![CDATA[{text}]]></content:encoded><wp:post_id>{number}</wp:post_id>"
            f"<wp:post_date_gmt>2024-07-0{number} 10:00:00</wp:post_date_gmt><wp:status>{status}</wp:status>"
            f"<wp:post_type>post</wp:post_type>{more}</item>"
        )

    def comment(number, approved, kind=""):
        return (
            f"<wp:comment><wp:comment_id>{number}</wp:comment_id><wp:comment_author>Bo</wp:comment_author>"
            "<wp:comment_author_email>bo@secret.example</wp:comment_author_email><wp:comment_author_url/>"
            f"<wp:comment_date_gmt>2024-07-04 10:00:0{number}</wp:comment_date_gmt><wp:comment_content>Right!</wp:comment_content>"
            f"<wp:comment_approved>{approved}</wp:comment_approved><wp:comment_type>{kind}</wp:comment_type>"
            "<wp:comment_parent>0</wp:comment_parent></wp:comment>"
        )

    spaces = (
        'xmlns:wp="http://wordpress.org/export/1.2/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    )
    author = (
        "<wp:author><wp:author_login>ada</wp:author_login><wp:author_email>ada@secret.example</wp:author_email>"
        "<wp:author_display_name>Ada Q.</wp:author_display_name></wp:author>"
    )
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" {spaces}><channel>'
        f"<wp:base_blog_url>https://ada.example</wp:base_blog_url>{author}"
        + item(1, "publish", '<p>Wake nobody. <a href="https://bo.example/z">Bo</a></p>', comment(1, 1) + comment(2, 0))
        + item(2, "draft", "secret draft")
        + "</channel></rss>"
    )


def ghost_text():
    posts = [
        {"id": "1", "uuid": "u-1", "title": "Alerts", "slug": "alerts", "html": "<p>Wake nobody.</p>", "status": "published",
         "visibility": "public", "type": "post", "published_at": "2024-08-01T10:00:00.000Z"},
        {"id": "2", "uuid": "u-2", "title": "d", "html": "secret draft", "status": "draft", "visibility": "public"},
        {"id": "3", "uuid": "u-3", "title": "m", "html": "secret", "status": "published", "visibility": "members"},
    ]  # fmt: skip
    users = [{"id": "9", "name": "Ada Q.", "slug": "ada", "email": "ada@secret.example"}]
    data = {"posts": posts, "users": users, "posts_authors": [{"post_id": "1", "author_id": "9", "sort_order": 0}]}
    return json.dumps({"db": [{"meta": {"exported_on": 1, "version": "5"}, "data": data}]})


def varint(number):
    made = b""
    while number > 127:
        made, number = made + bytes([number & 127 | 128]), number >> 7
    return made + bytes([number])


def car(records, did=DID):
    """A repository with one flat node: enough for a reader, too flat for a server."""
    blocks, entries, before = [], [], b""
    for path, record in sorted(records.items()):
        cid, body = block_of(record)
        key = path.encode()
        same = next((at for at, (a, b) in enumerate(zip(before, key)) if a != b), min(len(before), len(key)))
        entries.append({"p": same, "k": key[same:], "v": Cid(cid), "t": None})
        blocks.append((cid, body))
        before = key
    node, node_body = block_of({"l": None, "e": entries})
    root, root_body = block_of({"did": did, "version": 3, "data": Cid(node), "rev": "1", "prev": None, "sig": b"x"})
    head = encode({"version": 1, "roots": [Cid(root)]})
    parts = [(root, root_body), (node, node_body), *blocks]
    return varint(len(head)) + head + b"".join(varint(len(cid) + len(body)) + cid + body for cid, body in parts)


class Cid(bytes):
    """An identifier, encoded with its CBOR tag."""


def encode(value):
    """CBOR with identifiers: the few types that a repository needs."""
    if value is None:
        return b"\xf6"
    if isinstance(value, Cid):
        return b"\xd8\x2a" + _length(2, len(value) + 1) + b"\0" + value
    if isinstance(value, bytes):
        return _length(2, len(value)) + value
    if isinstance(value, int):
        return _length(0, value) if value >= 0 else _length(1, -1 - value)
    if isinstance(value, str):
        return _length(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return _length(4, len(value)) + b"".join(map(encode, value))
    keys = sorted(value, key=lambda key: (len(key), key))
    return _length(5, len(value)) + b"".join(encode(key) + encode(value[key]) for key in keys)


def _length(kind, size):
    if size < 24:
        return bytes([kind << 5 | size])
    for code, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if size < 1 << 8 * width:
            return bytes([kind << 5 | code]) + size.to_bytes(width, "big")
    raise OverflowError(size)


def block_of(value):
    body = encode(value)
    return b"\x01\x71\x12\x20" + hashlib.sha256(body).digest(), body


def skeet(text, day, **more):
    return {
        "$type": "app.bsky.feed.post",
        "text": text,
        "createdAt": f"2024-09-{day:02}T10:00:00.000Z",
        "langs": ["en"],
        **more,
    }


def car_records():
    ref = {"uri": "at://did:plc:bo/app.bsky.feed.post/1", "cid": "x"}
    text = "Schöne Grüße: ada.example"
    start = len("Schöne Grüße: ".encode())
    facet = {"index": {"byteStart": start, "byteEnd": start + 11},
             "features": [{"$type": "app.bsky.richtext.facet#link", "uri": "https://ada.example/a"}]}  # fmt: skip
    return {
        "app.bsky.actor.profile/self": {"displayName": "Ada Q."},
        "app.bsky.feed.like/1": {"subject": ref, "createdAt": "2024-09-01T10:00:00Z"},
        "app.bsky.feed.post/3a": skeet(text, 1, facets=[facet]),
        "app.bsky.feed.post/3b": skeet("Yes", 2, reply={"root": ref, "parent": ref}),
        "app.bsky.feed.post/3c": skeet("See", 3, embed={"$type": "app.bsky.embed.record", "record": ref}),
        "app.bsky.feed.post/3d": skeet("Bad", 3, createdAt="1st of May"),
        "app.bsky.feed.repost/3e": {"subject": ref, "createdAt": "2024-09-05T10:00:00Z"},
    }


def mbox_text():
    """A list with the traps of real ones."""
    return (
        "From ada at secret.example  Mon Jan  1 10:00:00 2024\n"
        "From: ada at secret.example (Ada Q.)\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nSubject: Alerts\n"
        "Message-ID: <a1@ada.example>\n\nNobody should wake twice.\n\nFrom here on it is simple.\n\n"
        "From that day in Jan 2024\nit went well: https://ada.example/a.\n\n"
        "From bo at secret.example  Tue Jan  2 10:00:00 2024\n"
        'From: "=?utf-8?q?B=C3=B6?=" <bo@secret.example>\nDate: Tue, 2 Jan 2136 10:00:00 +0000\nSubject: Re: Alerts\n'
        "In-Reply-To: <a1@ada.example>\nMessage-ID: <b1@bo.example>\nList-Id: Ops <ops.lists.example>\n"
        "Content-Type: text/plain; charset=nonsense\n\nOn Monday Ada (ada@secret.example) wrote:\n> Nobody should wake twice.\n"
        "\nI disagree.\n-- \nB\n____________________________________\nOps mailing list\n\n"
        "From cy at secret.example  Wed Jan  3 10:00:00 2024\n"
        "From: Cy <cy@secret.example>\nDate: Wed, 3 Jan 2024 10:00:00 +0000\nSubject: dinner\n"
        "Delivered-To: ada@secret.example\nMessage-ID: <c1@cy.example>\n\nsecret dinner\n\n"
        "From nobody Thu Jan  4 10:00:00 2024\n"
        "From: Anonymous <nobody@secret.example>\nSubject: x\n\nWords without an id.\n"
    )
