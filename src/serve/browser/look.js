// How the preview's own signs look, in light and in dark, on desks and on phones.
export const STYLES = `
:host {
  all: initial;
  color-scheme: inherit;
  --ground: light-dark(#fff, #1d2226);
  --raised: light-dark(#f4f5f6, #282f34);
  --text: light-dark(#1b2024, #e8ecef);
  --soft: light-dark(#59636b, #a3afb8);
  --line: light-dark(#d5dade, #3c464d);
  --error: light-dark(#b3261e, #ff8a80);
  --warning: light-dark(#8a5300, #f5bd5c);
  --link: light-dark(#0b57d0, #9ec2ff);
  --mark: light-dark(#ffd9d4, #6b2a25);
  font: 15px/1.5 system-ui, sans-serif;
  color: var(--text);
}
@media print { :host { display: none; } }
* { box-sizing: border-box; }
p, ol, ul, pre, h2, h3 { margin: 0; padding: 0; font: inherit; }
ol, ul { list-style: none; }
code, pre, .where, .code { font-family: ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", Menlo, monospace; font-size: 13px; }
code { background: var(--raised); border-radius: 3px; padding: 0.1em 0.3em; }
a { color: var(--link); text-underline-offset: 0.2em; overflow-wrap: anywhere; }
:focus-visible { outline: 2px solid var(--link); outline-offset: -2px; }
button { font: inherit; color: inherit; cursor: pointer; border: 0; background: none; padding: 0; }
.close { flex: none; width: 40px; height: 40px; margin: -6px -8px -6px 0; font-size: 22px; line-height: 1; color: var(--soft); border-radius: 6px; }
.close:hover { color: var(--text); background: var(--raised); }
.code { color: var(--soft); }

.errors section {
  position: fixed; z-index: 2147483647; inset: auto 0 0; margin-inline: auto; width: min(100%, 62rem); max-height: min(70dvh, 44rem);
  display: flex; flex-direction: column; background: var(--ground); border: 1px solid var(--line); border-bottom: 0;
  border-top: 4px solid var(--error); border-radius: 8px 8px 0 0; box-shadow: 0 -6px 32px rgb(0 0 0 / 0.28);
}
.errors header { display: flex; align-items: start; gap: 12px; padding: 12px 20px; border-bottom: 1px solid var(--line); }
.errors header p { flex: 1; display: flex; flex-wrap: wrap; gap: 0 12px; align-items: baseline; }
.errors header strong { color: var(--error); font-size: 17px; }
.errors header span { color: var(--soft); }
.errors ol { overflow: auto; padding: 0 20px max(12px, env(safe-area-inset-bottom)); overscroll-behavior: contain; }

li:has(> .message) { padding: 14px 0; display: grid; grid-template-columns: minmax(0, 1fr); gap: 6px; }
li:has(> .message) + li { border-top: 1px solid var(--line); }
.message { font-weight: 600; overflow-wrap: anywhere; }
.message b { font-weight: 700; color: var(--warning); }
.message b.error { color: var(--error); }
.where { display: flex; flex-wrap: wrap; gap: 2px 14px; }
pre { overflow-x: auto; background: var(--raised); border-radius: 6px; padding: 8px 12px; white-space: pre; tab-size: 4; }
pre .line { color: var(--soft); padding-inline-end: 10px; user-select: none; }
mark { color: inherit; background: var(--mark); border-radius: 2px; text-decoration: underline wavy var(--error); text-underline-offset: 3px; }
.more { color: var(--soft); overflow-wrap: anywhere; }
.more b { font-weight: 600; color: var(--text); }
.more + .more { margin-top: -2px; }

.errors:has(~ .panel:not(:empty)) section { inset-inline-end: min(23rem, 100%); width: min(100% - 23rem, 62rem); }

.badge { position: fixed; z-index: 2147483646; right: max(12px, env(safe-area-inset-right)); bottom: max(12px, env(safe-area-inset-bottom)); left: 12px; display: flex; flex-direction: column; align-items: end; gap: 8px; pointer-events: none; }
.badge > * { pointer-events: auto; }
.badge ol { width: min(100%, 34rem); max-height: 55dvh; overflow: auto; background: var(--ground); border: 1px solid var(--line); border-top: 3px solid var(--warning); border-radius: 8px; padding: 0 16px; box-shadow: 0 6px 28px rgb(0 0 0 / 0.25); }
.badge:has(~ .panel:not(:empty)) { right: calc(min(23rem, 100%) + 12px); }
.row { display: flex; align-items: center; background: var(--ground); border: 1px solid var(--line); border-radius: 99px; box-shadow: 0 2px 10px rgb(0 0 0 / 0.2); overflow: clip; }
.pill { min-height: 36px; padding: 4px 4px 4px 14px; font-weight: 600; font-size: 14px; color: var(--warning); border-radius: 99px; }
.pill::before { content: ""; display: inline-block; width: 9px; height: 9px; margin-inline-end: 8px; border-radius: 50%; background: currentcolor; }
.pill.error { color: var(--error); background: var(--ground); border: 1px solid var(--error); padding-inline-end: 14px; box-shadow: 0 2px 10px rgb(0 0 0 / 0.2); }
.row .close { width: 36px; height: 36px; margin: 0; font-size: 18px; border-radius: 99px; }

.panel aside {
  position: fixed; z-index: 2147483645; inset: 0 0 0 auto; width: min(23rem, 100%); display: flex; flex-direction: column;
  background: var(--ground); border-inline-start: 1px solid var(--line); box-shadow: -4px 0 24px rgb(0 0 0 / 0.18); font-size: 14px;
}
.panel header { display: flex; justify-content: space-between; align-items: center; padding: 12px 18px; border-bottom: 1px solid var(--line); }
.panel h2 { font-size: 16px; font-weight: 700; }
.panel .inside { overflow: auto; padding: 12px 18px 24px; overscroll-behavior: contain; }
.panel h3 { margin: 20px 0 6px; font-size: 12px; font-weight: 700; letter-spacing: 0.04em; text-transform: uppercase; color: var(--soft); }
.panel li { padding: 4px 0; overflow-wrap: anywhere; }
.panel li li { padding: 2px 0 2px 14px; }
.panel small { display: block; font-size: 13px; color: var(--soft); }
.panel small.count { display: inline; margin-inline-start: 8px; white-space: nowrap; }
.panel b { font-weight: 600; }
.panel .none { color: var(--soft); }
.panel .lap { display: flex; justify-content: space-between; gap: 12px; padding: 1px 0; font-variant-numeric: tabular-nums; }
.panel .lap span:last-child { white-space: nowrap; }

@media (max-width: 40rem) {
  .errors section { border-inline: 0; max-height: 75dvh; }
  .errors header, .errors ol { padding-inline: 14px; }
  .errors:has(~ .panel:not(:empty)) section { inset: auto 0 min(26rem, 55dvh); width: 100%; max-height: 42dvh; }
  .badge:has(~ .panel:not(:empty)) { right: 12px; bottom: calc(min(26rem, 55dvh) + 8px); }
  .panel aside { height: min(26rem, 55dvh); inset: auto 0 0; width: 100%; border: 0; border-top: 1px solid var(--line); border-radius: 12px 12px 0 0; box-shadow: 0 -6px 28px rgb(0 0 0 / 0.25); }
}
@media (forced-colors: active) {
  .errors section, .badge ol, .row, .pill, .panel aside { border: 2px solid CanvasText; }
}
`;
