"""Look of the page on a light and on a dark ground, at a desk and on a phone."""

from __future__ import annotations

from typing import Final

from experiments.figures.kit.style import BLUE, BLUISH_GREEN, INK, ORANGE, VERMILLION

#: The colours of both sides and of a deal as the dark theme of figures has them.
DARK_US: Final = "#4c9cc9"
DARK_PARTNER: Final = "#e28e4c"
DARK_DEAL: Final = "#4cbb9d"

CSS: Final = f"""
.winset {{--us: {BLUE}; --partner: #b84f00; --partner-line: {VERMILLION}; --deal: #00795a; --deal-line: {BLUISH_GREEN};
  --ink: {INK}; --muted: #595959; --line: #ddd; --mark: #fff1c2;
  --panel: rgba(0, 0, 0, 0.035); color: var(--ink); width: 100%; max-width: 1400px; margin: 0 auto;}}
.theme--dark .winset {{--us: {DARK_US}; --partner: {DARK_PARTNER}; --partner-line: {DARK_PARTNER};
  --deal: {DARK_DEAL}; --deal-line: {DARK_DEAL}; --ink: #eee; --muted: #b8b8b8; --line: #484848;
  --mark: #5a4a12; --panel: rgba(255, 255, 255, 0.05);}}
.winset h2 {{margin: 0 0 2px; font-size: 1.3rem; line-height: 1.3;}}
.winset h3 {{margin: 18px 0 6px; font-size: 1.05rem;}}
.winset h4 {{margin: 10px 0 4px; font-size: 0.95rem;}}
.winset p {{margin: 0 0 4px; line-height: 1.4;}}
.winset .note {{color: var(--muted); font-size: 0.875rem;}}
.winset .status {{font-weight: 600; margin: 6px 0;}}
.winset .tag {{color: var(--muted); font-weight: 400;}}
.winset .tag::after {{content: ":";}}
.winset .ending {{border-left: 4px solid var(--muted); background: var(--panel); padding: 8px 12px; margin: 8px 0;
  max-width: 720px;}}
.winset .ending.deal {{border-left-color: var(--deal-line);}}
.winset .ending > p {{font-weight: 600;}}
.winset .blocks {{display: grid; gap: 0 32px; grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start;}}
.winset .blocks > .wide {{grid-column: 1 / -1;}}
@media (max-width: 959px) {{.winset .blocks {{grid-template-columns: minmax(0, 1fr);}}}}
.winset .ledgers {{display: grid; gap: 0 24px; grid-template-columns: repeat(auto-fit, minmax(min(300px, 100%), 1fr));}}
.winset .panels {{display: grid; gap: 10px 16px;
  grid-template-columns: repeat(auto-fill, minmax(min(200px, 100%), 1fr));}}
.winset .plane {{width: 100%; height: auto; display: block; max-width: 560px;}}
.winset figure {{margin: 0; max-width: 300px;}}
.winset figcaption {{font-size: 0.82rem; font-weight: 600;}}
.winset svg {{width: 100%; height: auto; display: block; font-size: 12px;}}
.winset svg text {{fill: var(--muted);}}
.winset svg text.deal {{fill: var(--deal); font-size: 20px;}}
.winset svg .grid {{stroke: var(--line);}}
.winset svg .us {{stroke: var(--us); fill: var(--us);}}
.winset svg .partner {{stroke: var(--partner-line); fill: var(--partner-line);}}
.winset svg polyline {{stroke-width: 2; fill: none !important;}}
.winset .key {{margin-top: 4px;}}
.winset .key b {{font-weight: 600; display: inline-block; margin-right: 10px;}}
.winset .key .us {{color: var(--us);}}
.winset .key .partner {{color: var(--partner);}}
.winset .key .deal {{color: var(--deal);}}
.winset .scroll {{overflow-x: auto;}}
.winset .tall, .winset .story {{max-height: 520px; overflow-y: auto; background: var(--panel); padding: 6px 12px;}}
.winset .story {{font-size: 0.92rem;}}
.winset table {{border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; margin: 2px 0 8px;}}
.winset td, .winset th {{padding: 3px 0 3px 14px; border-bottom: 1px solid var(--line); text-align: right;}}
.winset .tall td {{white-space: nowrap;}}
.winset th:first-child {{text-align: left; font-weight: normal; padding-left: 0;}}
.winset .tall th {{white-space: nowrap;}}
.winset thead th {{color: var(--muted); font-weight: normal; vertical-align: bottom;}}
.winset tr.total > * {{font-weight: 600;}}
.winset mark {{background: var(--mark); color: inherit; padding: 0 3px;}}
.winset .story section {{border-bottom: 1px solid var(--line); padding-bottom: 8px;}}
.winset .story p {{padding-left: 1em; text-indent: -1em;}}
.winset .suggestions {{display: grid; gap: 6px;}}
.winset .suggestions .v-btn {{height: auto !important; white-space: normal; padding: 8px 12px !important;
  justify-content: start; text-align: left; border-color: var(--line);}}
.winset .suggestions .v-btn__content {{white-space: normal; flex: 1; text-align: left; display: block;}}
.winset .suggestions span span {{font-weight: 400; color: var(--muted);}}
.winset .form {{display: grid; grid-template-columns: repeat(auto-fill, minmax(min(170px, 100%), 1fr)); gap: 0 16px;}}
.v-application .v-btn, .v-application .v-tab {{text-transform: none; letter-spacing: 0;}}
.v-application .v-tab {{min-width: 0; padding: 0 14px;}}
.v-application :focus-visible {{outline: 3px solid {ORANGE}; outline-offset: 2px;}}
.v-navigation-drawer {{min-width: min(360px, 88vw) !important; max-width: 88vw !important;}}
.theme--dark .v-app-bar .v-tab--active {{color: #fff !important;}}
.theme--dark .v-app-bar .v-tabs-slider {{background-color: #fff;}}
.v-toolbar__title {{flex-shrink: 0;}}
"""
