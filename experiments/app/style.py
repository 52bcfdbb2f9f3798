"""Look of the page on a light and on a dark ground, at a desk and on a phone."""

from __future__ import annotations

from typing import Final

from experiments.figures.style import BLUE, BLUISH_GREEN, ORANGE, SKY_BLUE, VERMILLION

CSS: Final = f"""
.winset {{--us: {BLUE}; --japan: {VERMILLION}; --deal: {BLUISH_GREEN}; --ink: #222; --muted: #595959; --line: #ddd;
  --mark: #fff1c2; color: var(--ink); max-width: 1500px; margin: 0 auto;}}
.theme--dark .winset {{--us: {SKY_BLUE}; --japan: {ORANGE}; --deal: #35c79a; --ink: #eee; --muted: #b3b3b3;
  --line: #444; --mark: #5a4a12;}}
.winset h3 {{margin: 18px 0 6px; font-size: 1.05rem;}}
.winset h4 {{margin: 12px 0 4px; font-size: 0.95rem;}}
.winset p {{margin: 0 0 4px; line-height: 1.4;}}
.winset .note {{color: var(--muted); font-size: 0.85rem;}}
.winset .ending {{font-weight: 600; border-left: 4px solid var(--deal); padding-left: 10px; margin: 8px 0;}}
.winset .columns {{display: grid; gap: 4px 28px;
  grid-template-columns: repeat(auto-fit, minmax(min(420px, 100%), 1fr));}}
.winset .columns > * {{min-width: 0;}}
.winset .panels {{display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 8px;}}
.winset svg {{width: 100%; height: auto; display: block; font-size: 12px;}}
.winset svg text {{fill: var(--muted);}}
.winset svg text.caption-of-panel {{fill: var(--ink); font-size: 13px !important; line-height: 1; font-weight: 600;
  letter-spacing: 0 !important;}}
.winset svg polyline {{fill: none; stroke: var(--line);}}
.winset svg .axis {{stroke: var(--muted);}}
.winset svg .us {{stroke: var(--us);}}
.winset svg .japan {{stroke: var(--japan);}}
.winset svg .path {{stroke-width: 2;}}
.winset svg .away {{stroke-dasharray: 7 4; opacity: 0.9;}}
.winset svg .needs {{stroke-dasharray: 2 3; opacity: 0.9;}}
.winset svg .frontier {{stroke: var(--muted); stroke-width: 2;}}
.winset svg .us.mark {{fill: var(--us);}}
.winset svg .japan.mark {{fill: var(--japan);}}
.winset svg .deal.mark {{fill: var(--deal); stroke: var(--ink);}}
.winset .key b {{font-weight: 600;}}
.winset .key .us {{color: var(--us);}}
.winset .key .japan {{color: var(--japan);}}
.winset .scroll {{overflow-x: auto;}}
.winset table {{border-collapse: collapse; font-size: 0.88rem; font-variant-numeric: tabular-nums; margin: 2px 0 8px;}}
.winset td, .winset th {{padding: 3px 10px 3px 0; border-bottom: 1px solid var(--line); text-align: right;}}
.winset th:first-child {{text-align: left; font-weight: normal;}}
.winset thead th {{color: var(--muted); font-weight: normal; vertical-align: bottom;}}
.winset tr.total > * {{font-weight: 600;}}
.winset mark {{background: var(--mark); color: inherit; padding: 0 3px;}}
.winset .story {{max-height: 520px; overflow-y: auto; padding-right: 6px;}}
.winset .story section {{border-bottom: 1px solid var(--line); padding-bottom: 8px;}}
.winset .story p {{padding-left: 1em; text-indent: -1em;}}
.winset .suggestions {{display: grid; gap: 6px;}}
.winset .suggestions .v-btn {{height: auto !important; white-space: normal; padding: 8px 12px !important;
  justify-content: start; text-align: left; text-transform: none; letter-spacing: 0;}}
.winset .suggestions .v-btn__content {{white-space: normal; flex: 1; text-align: left;}}
.winset .form {{display: grid; grid-template-columns: repeat(auto-fill, minmax(min(230px, 100%), 1fr)); gap: 0 16px;}}
.v-navigation-drawer {{min-width: min(360px, 88vw) !important; max-width: 88vw !important;}}
.v-toolbar__title {{flex-shrink: 0;}}
"""
