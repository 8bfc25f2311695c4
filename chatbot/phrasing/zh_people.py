"""Chinese sentences about people: fetching one, offering one, and what is said when one comes and goes."""

from collections.abc import Mapping
from datetime import datetime

from chatbot.phrasing.brief import Brief
from chatbot.phrasing.person_brief import Closing, PersonTalk

__all__ = ["BACK", "away", "closing", "day_of", "fetched", "offer", "on_safety", "passed_on", "resumed", "told"]

BACK = "转回小二"
"""The quick reply that ends the wait for a person."""
_DAYS = "一二三四五六日"


def fetched(brief: Brief) -> list[str]:
    """The reply to who wants a person."""
    person, contact = brief.person, brief.contact
    hours, phone = contact.get("hours", ""), contact.get("phone", "")
    if not person.joins:
        return ["这里没有同事能直接接进来聊。", _reachable(contact) or "店里也没有留电话和邮箱，我先尽量帮您。"]
    if person.opens:
        first = "您要找同事的事我记着呢，不用再说一遍。" if person.waits else "现在同事不在，您说的我都留着，不用再说一遍。"
        return [first, f"{person.opens} 上班后，同事就在这里回您。"]
    if person.waits:
        said = ["已经在帮您找同事了，不用再说一遍。", _ahead(person) or "下一个就是您。"]
    else:
        said = ["这就帮您转接同事，聊天记录他能看到，不用再说一遍。", _ahead(person)]
    if hours:
        said.append(f"人工时间是 {hours}，一般 {contact.get('wait', '')}左右。")
    elif wait := contact.get("wait"):
        said.append(f"一般 {wait}左右。")
    return [*said, f"着急的话也可以打 {phone}。" if phone else ""]


def _ahead(person: PersonTalk) -> str:
    return f"前面还有 {person.ahead} 位。" if person.ahead else ""


def _reachable(contact: Mapping[str, str]) -> str:
    ways = [f"打 {phone}" if (phone := contact.get("phone")) else "", f"发邮件到 {email}" if (email := contact.get("email")) else ""]
    hours = f"，人工时间是 {contact['hours']}" if contact.get("hours") else ""
    return f"您可以{'，或者'.join(filter(None, ways))}{hours}。" if any(ways) else ""


def offer(brief: Brief, words: str, otherwise: str = "") -> str:
    """`words`, which offer a person, where one can join; else how to reach the shop; `otherwise` where the shopper has just declined."""
    if not brief.person.offers:
        return otherwise
    if brief.person.joins:
        return words
    phone, email = brief.contact.get("phone"), brief.contact.get("email")
    return f"要问同事可以打 {phone}。" if phone else f"要问同事可以发邮件到 {email}。" if email else ""


def closing(brief: Brief) -> str:
    """An offer at the end of a reply about something else."""
    why: dict[Closing, str] = {
        "": "", "failed": "我好像没帮上忙，要不要给您转人工？", "mood": "要是想找同事聊，我这就转人工。", "money": "涉及到钱，还是让同事帮您核对，要转人工吗？",
        "safety": "安全的事不能耽误，要转人工吗？",
    }  # fmt: skip
    return offer(brief, why[brief.person.closing]) if brief.person.closing else ""


def on_safety() -> str:
    return "安全要紧，先别用了，能断电就先断电，人离远一点。"


def passed_on(name: str) -> str:
    return f"您的消息已转给{name}，他会在这里回您。"


def away(name: str) -> str:
    return f"您的消息给{name}留着了。他有一会儿没回了，不想等的话，我可以先接着帮您。"


def resumed() -> str:
    return "好，我是小二，前面聊的都在，您接着说。找同事的事还排着队，有人来了会在这里告诉您。"


def told(kind: str, name: str) -> str:
    """What is told when a person comes or goes."""
    return {
        "joined": f"{name}来了，前面聊的他都看得到。", "returned": f"{name}先到这儿。我是小二，前面聊的都在，您接着说。", "released": f"{name}先离开了，还在帮您找同事。",
        "closed": "这次人工服务结束了，还有什么您直接跟小二说。",
    }.get(kind, "")  # fmt: skip


def day_of(opening: datetime, now: datetime) -> str:
    """明天 9:00"""
    days = (opening.date() - now.date()).days
    day = ("今天", "明天")[days] if days < 2 else f"周{_DAYS[opening.weekday()]}"
    return f"{day} {opening.hour}:{opening.minute:02}"
