//! How the report looks, on a screen and on paper.

/// Its style sheet. On paper each section begins a page, rows are not cut, and the names of columns stand on every page.
pub(super) const STYLE: &str = "\
:root { color-scheme: light; }
body { font: 14px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1b1f24; }
h1 { font-size: 1.6rem; }
h2 { font-size: 1.2rem; border-bottom: 1px solid #c8ced6; padding-bottom: .2rem; margin-top: 2.5rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem; }
dt { color: #57606a; }
dd { margin: 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; font-size: 11px; }
th, td { border: 1px solid #d5dae0; padding: .2rem .35rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { background: #f2f4f7; }
table.contents { font-size: 13px; }
dl.record { display: block; columns: 20rem; border-top: 1px solid #d5dae0; padding-top: .4rem; font-size: 12px; break-inside: avoid; }
dl.record div { break-inside: avoid; }
dl.record dt { display: inline; }
dl.record dt::after { content: ': '; }
dl.record dd { display: inline; }
p.complete { border-left: 4px solid #1a7f37; padding-left: .6rem; }
p.partial { border-left: 4px solid #bc4c00; padding-left: .6rem; }
@page { size: A4 landscape; margin: 12mm; }
@media print {
  body { margin: 0; max-width: none; padding: 0; font-size: 10pt; }
  section { break-before: page; }
  h2 { margin-top: 0; break-after: avoid; }
  table { font-size: 7pt; }
  table.contents { font-size: 9pt; }
  thead { display: table-header-group; }
  tr { break-inside: avoid; }
  a { color: inherit; text-decoration: none; }
}
";
