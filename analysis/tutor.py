"""Teach a contest's reader: labels in, a head and a reader with it out. Keeps nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from analysis.acts import ActReader, WithActs
from analysis.card import ModelProblem
from analysis.languages import unread
from analysis.masking import masked
from analysis.meaning import Passage, Target
from analysis.mentions import Finder
from analysis.reader import Reader, load_reader
from analysis.teaching import Agreement, Lesson, Proof, Taught, prove, teach
from analysis.trained import Model, Trained
from analysis.words import cut
from contest.contest import Contest
from contest.labels import NEEDS_FULL, Label, TeachingProblem

_BATCH = 256

Known = tuple[int, Lesson]
"""A label's row id, and the lesson that it gives."""

_NO_LESSON = "no label names a camp that its post was found to speak of, in a language that is read"


class Tutor:
    """Makes heads and readers of one contest from one model. Threads may share it."""

    def __init__(self, contest: Contest, model: Model, acts: ActReader | None = None) -> None:
        self._contest = contest
        self._model = model
        self._acts = acts
        self._untaught = Trained(model)
        self._finder = Finder(contest)

    @property
    def base(self) -> str:
        """The version of the reader that is taught; heads made for another do not fit."""
        return self._model.version

    def obstacle(self) -> str:
        """Why this reader cannot be taught, with the remedy; "" if it can be."""
        passage = Passage(cut("x"), about=Target("camp", "x"))
        try:
            (answer,) = self._model.read([masked(passage)])
        except ModelProblem as problem:
            return str(problem)
        return "" if answer.features.shape[1] else NEEDS_FULL

    def reader(self, head: bytes = b"", number: int = 0) -> Reader:
        """The contest's reader, with the head that was kept or without. Raises TeachingProblem."""
        taught = Taught.from_bytes(head, number) if head else None
        meaning = Trained(self._model, taught)
        return load_reader(self._contest, WithActs(meaning, self._acts) if self._acts else meaning)

    def teach(self, labels: Sequence[Label]) -> tuple[bytes, Agreement]:
        """A head from labels, in their order, as it is kept. Raises TeachingProblem."""
        lessons = self.lessons(labels)
        if labels and not lessons:
            raise TeachingProblem(_NO_LESSON)
        taught, agreement = teach(lessons, 0)
        return taught.as_bytes(), agreement

    def lessons(self, labels: Sequence[Label]) -> list[Lesson]:
        """Labels as lessons, in order; one for a camp that the post does not speak of is left out.

        So is one of a post in a language that is not read: no head is asked about its words.
        Raises TeachingProblem where the reader cannot be taught.
        """
        return [lesson for _, lesson in self.known(labels)]

    def known(self, labels: Sequence[Label]) -> list[Known]:
        """As `lessons`, each with the row id of its label."""
        found: list[Known] = []
        try:
            for at in range(0, len(labels), _BATCH):
                found += self._lessons(labels[at : at + _BATCH])
        except ModelProblem as problem:
            raise TeachingProblem(str(problem)) from problem
        return found

    def prove(self, head: bytes, own: Collection[int], known: Sequence[Known]) -> Proof:
        """How a head that was made of its `own` labels (row ids) stands with the known lessons.

        Raises TeachingProblem if it is damaged.
        """
        made = [lesson for label, lesson in known if label in own]
        since = [lesson for label, lesson in known if label not in own]
        return prove(Taught.from_bytes(head, 0), made, since)

    def _lessons(self, labels: Sequence[Label]) -> Iterator[Known]:
        found = [(label, self._finder.passage(label.post)) for label in labels]
        read = [pair for pair in found if not unread(pair[1].words, pair[0].post.lang)]
        said = self._untaught.untaught([passage for _, passage in read])
        for told, (label, _) in zip(said, read, strict=True):
            if about := told.get(Target("camp", label.camp)):
                yield label.id, Lesson(*about, label.tone)
