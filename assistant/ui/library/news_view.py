"""What changed since one was here: how many papers came, each with its first sentence, and questions to ask of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from assistant.answers import Answer, Focus
from assistant.bylines import byline
from assistant.news import News, news_since
from assistant.ui.base import texts
from assistant.ui.base.switch import Switch
from assistant.ui.base.templates import rendered

if TYPE_CHECKING:
    from assistant.answering import Assistant

# So many are shown by their first sentences; the others are counted, and all of them can be opened as a table.
MOST_SHOWN = 12
# Questions that are offered: trying each takes a while.
MOST_ASKED = 3
# So many ids are carried to the chat and the table by one click.
MOST_CARRIED = 200
# A weekday names a day of the last six without doubt.
NAMED_BY_WEEKDAY = timedelta(days=6)


def first_moment(assistant: Assistant, now: datetime) -> datetime:
    """Since when a reader who comes for the first time is told of news: of the last run, unless it brought them all."""
    ids = [paper.id for paper in assistant.papers()]
    arrivals = assistant.index.corpus().arrivals
    latest = arrivals.last_of(ids)
    moments = [added for added in map(arrivals.added, latest) if added is not None]
    return datetime.fromisoformat(min(moments)) if moments and len(latest) < len(ids) else now


def moment_of(stored: object) -> datetime | None:
    """The moment that a browser kept, or None if that is none."""
    try:
        moment = datetime.fromisoformat(str(stored))
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def news_of(assistant: Assistant, since: datetime) -> News:
    """What came since then, as the library is now."""
    assistant.papers()  # which looks for what another program wrote
    return news_since(since, assistant.index.corpus())


def day_of(moment: datetime, now: datetime) -> str:
    """A day as one says it: today, yesterday, a weekday, or a date; days are those of this machine's clock."""
    day, today = moment.astimezone().date(), now.astimezone().date()
    if day >= today:
        return str(texts.TODAY)
    if today - day == timedelta(days=1):
        return str(texts.YESTERDAY)
    return texts.WEEKDAYS[day.weekday()] if today - day <= NAMED_BY_WEEKDAY else day.isoformat()


def headline(news: News, since: datetime, now: datetime) -> str:
    """How many papers came since when; empty where none did."""
    count, day = len(news.papers), day_of(since, now)
    if not count:
        return ""
    return str(texts.ONE_NEW_PAPER.format(day) if count == 1 else texts.NEW_PAPERS.format(texts.number(count), day))


def questions_of(news: News, assistant: Assistant) -> tuple[str, ...]:
    """A question of another kind about each of the first new papers with a name, each tried before it is offered."""
    papers = [new.paper for new in news.papers[:MOST_SHOWN]]
    named = [(paper, names[0]) for paper in papers if (names := assistant.names(paper.id))]
    questions: list[str] = []
    for kind, (paper, name) in enumerate(named[:MOST_ASKED]):
        tried = assistant.suggestions(Answer("", focus=Focus("", (paper,), (name,))))
        questions += tried[kind : kind + 1] or tried[:1]
    return tuple(dict.fromkeys(questions))


def news_html(assistant: Assistant, news: News, since: datetime, now: datetime) -> str:
    """The news as HTML; nothing where nothing came."""
    if not news.papers:
        return ""
    ids = [new.paper.id for new in news.papers]
    return rendered(
        "news",
        headline=headline(news, since, now),
        shown=news.papers[:MOST_SHOWN],
        more=len(news.papers) - MOST_SHOWN,
        ids=ids if len(ids) <= MOST_CARRIED else (),
        questions=questions_of(news, assistant),
        undated=news.undated,
        byline=byline,
    )


class NewsSteps:
    """What the news do. `stored` is what the browser keeps: since when its reader wants to be told."""

    def __init__(self, assistant: Assistant, backend: str, switch: Switch) -> None:
        self.assistant = assistant
        self.backend = backend
        self.switch = switch

    def header(self, news: str = "", count: int = 0) -> str:
        """The bar over the page, with how many papers are new."""
        held = len(self.assistant.papers())
        return rendered("header", papers=held, backend=self.backend, news=count, headline=news, switch=self.switch)

    def show(self, stored: object) -> tuple[str, str, str]:
        """The bar, the news, and since when they are counted."""
        now = datetime.now(UTC)
        since = moment_of(stored) or first_moment(self.assistant, now)
        news = news_of(self.assistant, since)
        bar = self.header(headline(news, since, now), len(news.papers))
        return bar, news_html(self.assistant, news, since, now), since.isoformat()

    def seen(self) -> tuple[str, str, str]:
        """From now on only what comes later is news."""
        return self.show(datetime.now(UTC).isoformat())
