import { raw } from "../../plan/formats/markup.ts";

/** What the status page adds to the style that all pages share: colours of charts, for light, dark and paper. */
export const pageStyle = raw(`
:root { --heat: #1f6feb; --release: #6941c6; --c0: #1f6feb; --c1: #b54708; --c2: #067647; --c3: #9e3fa8; --c4: #0e7090; --c5: #7a5c00; }
@media (prefers-color-scheme: dark) { :root { --heat: #58a6ff; --release: #b692f6; --c0: #58a6ff; --c1: #fd9a4b; --c2: #47cd89; --c3: #e48aed; --c4: #67d3e8; --c5: #e3c34f; } }
h3 { font-size: 1rem; margin: 1.6rem 0 .3rem; }
.wide, .scroll { overflow-x: auto; } .wide th, .wide td { overflow-wrap: break-word; } .wide code { overflow-wrap: anywhere; } .state { white-space: nowrap; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: .8rem; margin-top: .8rem; align-items: start; }
figure { margin: 0; padding: .7rem .8rem; background: var(--card); border-radius: .5rem; min-width: 0; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; margin-top: .3rem; }
figure p { margin: .2rem 0; font-size: .85rem; }
figure .none { color: var(--dim); padding: 1.5rem 0; text-align: center; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .1rem 1rem; padding: 0; margin: .2rem 0; font-size: .85rem; }
.key { display: inline-block; width: .8rem; height: .8rem; border-radius: .15rem; margin-right: .35rem; vertical-align: -.1rem; }
.release { color: var(--release); }
figure table { font-size: .8rem; } figure th, figure td { padding: .15rem .5rem; } figure summary { font-size: .85rem; color: var(--dim); }
.meter { display: inline-block; width: 5rem; height: .55rem; border-radius: .3rem; background: var(--line); overflow: hidden; }
.meter span { display: block; height: 100%; background: currentColor; }
@media (max-width: 44rem) { .wide > table, .wide > table > tbody, .wide > table > tbody > tr, .wide > table > tbody > tr > td { display: block; border: 0; padding: .1rem 0; text-align: left; } .wide > table > thead { display: none; } .wide > table > tbody > tr { border-bottom: 1px solid var(--line); padding: .5rem 0; } }
@media print { :root { color-scheme: light; } body { max-width: none; padding: 0; } details { display: none; } h2, h3 { break-after: avoid; } }
`);
