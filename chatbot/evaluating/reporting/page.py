"""The report: one HTML file that opens offline, for who would rather look than read. No script and no request; every text is escaped.

Made of figures as JSON values, so that the runs it shows may be of today or read from a file.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chatbot.errors import DialogueError
from chatbot.evaluating.figures import figures
from chatbot.evaluating.reporting import sections
from chatbot.evaluating.reporting.charts import escaped
from chatbot.evaluating.reporting.conversations import failed_dialogues, worst_conversations
from chatbot.evaluating.reporting.scripted import scripted_figures
from chatbot.evaluating.runner import Result

__all__ = ["report_html", "write_html", "write_report"]

Figures = Mapping[str, Any]

_STYLE = """
:root{color-scheme:light}*{box-sizing:border-box}body{font:15px/1.55 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif;max-width:64rem;margin:0 auto;padding:1.2rem;color:#22303c;background:#fbfaf7}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:0 0 .6rem}h3{font-size:.95rem;margin:1rem 0 .4rem}h4{font-size:.85rem;margin:.8rem 0 .3rem;color:#5d6a74}p{margin:.4rem 0}
.about{color:#5d6a74}section{background:#fff;border:1px solid #e8e4dc;border-radius:10px;padding:1rem 1.2rem;margin:1rem 0;display:flow-root}
nav{display:flex;flex-wrap:wrap;gap:.3rem .9rem;margin:.6rem 0}nav a{color:#2f6f8f;text-decoration:none}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(8.5rem,1fr));gap:.7rem;margin:1rem 0}.tile{background:#fff;border:1px solid #e8e4dc;border-top:4px solid #4d9468;border-radius:10px;padding:.6rem .8rem}
.tile.no{border-top-color:#c2573f}.tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile span{display:block;font-size:.85rem;line-height:1.3}.tile small{color:#7c8792}
.half{display:inline-block;vertical-align:top;width:48.5%;margin-right:1%}svg{width:100%;height:auto;display:block}.t{font-size:11px;fill:#5d6a74}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums}td,th{padding:.22rem .6rem;text-align:right;border-bottom:1px solid #f0ece4;font-weight:400;vertical-align:top}
thead th{color:#5d6a74;font-size:.85rem}th:first-child{text-align:left}.texts td,.texts th{text-align:left;overflow-wrap:anywhere}.bars{width:100%}.bars th{width:38%;overflow-wrap:anywhere}.bars .n{width:6.5rem;white-space:nowrap;font-size:.85rem}
.bar i{display:block;height:.8rem;margin-top:.3rem;border-radius:3px;background:#2f6f8f}.stack{display:flex;height:1.4rem;border-radius:5px;overflow:hidden}.stack i{display:block}
.legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.85rem;color:#5d6a74}.legend i{display:inline-block;width:.8rem;height:.8rem;border-radius:3px;margin-right:.35rem;vertical-align:-1px}
details{border-bottom:1px solid #f0ece4;padding:.4rem 0}summary{cursor:pointer}.goal{color:#5d6a74;font-size:.88rem;overflow-wrap:anywhere}
.talk p.user{background:#e4eef3;border-radius:12px 12px 3px 12px;padding:.4rem .8rem;margin:.6rem 0 .3rem auto;width:fit-content;max-width:85%;overflow-wrap:anywhere}
.talk .bot{background:#f4f1ea;border-radius:12px 12px 12px 3px;padding:.4rem .8rem;max-width:85%;width:fit-content;overflow-wrap:anywhere;white-space:pre-line}.bot ul{margin:.3rem 0 0;padding-left:1.1rem;font-size:.88rem}.bot em{color:#5d6a74;font-style:normal}
.fault{color:#b3402e;font-size:.88rem;margin:.15rem .4rem}.good{color:#2c7a51}.bad{color:#b3402e}
@media(max-width:640px){body{padding:.7rem}section{padding:.8rem}.half{width:100%;margin:0}.tiles{grid-template-columns:repeat(2,1fr)}.t{font-size:14px}td,th{padding:.22rem .4rem}}
"""


def write_html(path: Path, results: Sequence[Result], before: Figures | None = None) -> None:
    """The report of scripted dialogues."""
    write_report(path, dialogues=figures(results) | scripted_figures(results), before=before)


def write_report(path: Path, *, shoppers: Figures | None = None, dialogues: Figures | None = None, before: Figures | None = None) -> None:
    """The report of simulated shoppers, of scripted dialogues, or of both. before: the figures of an earlier run."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(report_html(shoppers=shoppers, dialogues=dialogues, before=before), "utf-8")
    except OSError as error:
        raise DialogueError(f"the report {path} cannot be written: {error.strerror}", fix="give another place") from error


def report_html(*, shoppers: Figures | None = None, dialogues: Figures | None = None, before: Figures | None = None) -> str:
    now = [one for one in (shoppers, dialogues) if one]
    about = (
        [f"{shoppers['shoppers']} simulated shoppers, seed {shoppers['seed']}, {shoppers['shop']} ({shoppers['items']} items)"] if shoppers else []
    )
    about += [f"{dialogues['passed'] + dialogues['failed']} scripted dialogues"] if dialogues else []
    parts = [
        ("passed", "What passed", sections.passed(shoppers, dialogues)),
        ("quality", "Recommendations", sections.quality(shoppers)),
        ("grounding", "Grounding", sections.grounding(shoppers, dialogues)),
        ("calibration", "Calibration", sections.calibration(shoppers, dialogues)),
        ("latency", "Time", sections.latency(shoppers, dialogues)),
        ("exposure", "What is shown", sections.exposure(shoppers, dialogues)),
        ("before", "Against the last run", sections.comparison(now, before)),
        ("worst", "The worst ten conversations", worst_conversations(shoppers)),
        ("dialogues", "The dialogues", failed_dialogues(dialogues)),
    ]
    shown = [part for part in parts if part[2]]
    links = "".join(f'<a href="#{name}">{title}</a>' for name, title, _ in shown)
    body = "".join(f"<section id={name}><h2>{title}</h2>{text}</section>" for name, title, text in shown)
    return (
        '<!doctype html><html lang=en><head><meta charset=utf-8><meta name=viewport content="width=device-width,initial-scale=1">'
        f"<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'\"><title>Xiaoer: how it did</title><style>{_STYLE}</style></head><body>"
        f"<h1>How the assistant did</h1><p class=about>{escaped('; '.join(about))}; {datetime.now(UTC):%Y-%m-%d %H:%M} UTC</p>"
        f"{sections.tiles(shoppers, dialogues, before)}<nav>{links}</nav>{body}</body></html>"
    )
