"""From the tables of a code to rules and registers: what does not fit is noted, not raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import TYPE_CHECKING

from contest.code import Example, Look, Rule
from contest.patterns import PatternProblem, pattern
from contest.registers import Endorsement, Fact
from contest.toml_lines import Path as KeyPath
from contest.values import Values, overlap, span_of
from contest.vocabulary import Vocabulary

if TYPE_CHECKING:
    from contest import schema

WORDS = "words"
"""The block that looks for a party's own phrases and patterns."""


@dataclass(frozen=True, slots=True)
class BuildCode:
    """Turns the tables of a code into rules and registers. `phases` are ids and kinds of phases."""

    file: schema.ConfigFile
    values: Values
    vocabulary: Vocabulary
    camps: frozenset[str]
    phases: frozenset[str]

    def rules(self) -> tuple[Rule, ...]:
        """The rules, in the file's order; versions of one id may not overlap."""
        rules = tuple(self._rule(i, table) for i, table in enumerate(self.file.rule))
        findings = self.values.findings
        for (i, first), (j, second) in combinations(enumerate(rules), 2):
            if first.id != second.id:
                continue
            if first.version == second.version:
                place = findings.place(("rule", i))
                words = f"rule {first.id} version {first.version} stands at {place} already"
                findings.add(("rule", j), words)
            elif overlap(first, second):
                words = f"rule {first.id}: versions {first.version} and {second.version} overlap"
                findings.add(("rule", j), words)
        return rules

    def facts(self) -> tuple[Fact, ...]:
        """The register of facts."""
        self.values.once("fact", "id", [fact.id for fact in self.file.fact])
        return tuple(self._fact(("fact", i), table) for i, table in enumerate(self.file.fact))

    def endorsements(self) -> tuple[Endorsement, ...]:
        """The register of endorsements."""
        return tuple(
            self._endorsement(("endorsement", i), table)
            for i, table in enumerate(self.file.endorsement)
        )

    def _rule(self, i: int, table: schema.RuleTable) -> Rule:
        path: KeyPath = ("rule", i)
        values, marks = self.values, self.vocabulary.marks
        start, end = values.stretch(path, table.start, table.end)
        values.known((*path, "raised_for"), "role", table.raised_for, values.roles)
        values.known((*path, "raised_when"), "mark", table.raised_when, marks)
        values.known((*path, "lowered_when"), "mark", table.lowered_when, marks)
        return Rule(
            id=table.id,
            clause=table.clause,
            title=table.title,
            text=table.text,
            version=table.version,
            like=table.like or "",
            binds=values.bound((*path, "binds"), table.binds),
            expects=values.bound((*path, "expects"), table.expects),
            phases=self._phases((*path, "phases"), table.phases),
            detectability=table.detectability,
            severity=table.severity,
            raised_for=dict(table.raised_for),
            raised_when=dict(table.raised_when),
            lowered_when=dict(table.lowered_when),
            corrected_within=span_of(table.corrected_within),
            looks_for=tuple(
                self._look((*path, "looks_for", n), look) for n, look in enumerate(table.looks_for)
            ),
            unless=table.unless,
            start=start,
            end=end,
            adopted=values.maybe((*path, "adopted"), table.adopted),
            published=values.maybe((*path, "published"), table.published),
            reaches_back_to=self._back(path, table),
            authority=table.authority,
            body=table.body,
            sanctions=table.sanctions,
            breach=self._examples((*path, "breach"), table.breach),
            fine=self._examples((*path, "fine"), table.fine),
        )

    def _back(self, path: KeyPath, table: schema.RuleTable) -> datetime | None:
        """From when on it reaches back; never without saying by what right."""
        if table.reaches_back_to is None:
            return None
        if not table.authority:
            words = (
                '"reaches_back_to" needs "authority": the decision that lets the rule reach back'
            )
            self.values.findings.add((*path, "reaches_back_to"), words)
        if table.start is None:
            words = (
                '"reaches_back_to" needs "from": a rule without a beginning has no time before it'
            )
            self.values.findings.add((*path, "reaches_back_to"), words)
        return self.values.moment((*path, "reaches_back_to"), table.reaches_back_to)

    def _look(self, path: KeyPath, table: schema.LookTable) -> Look:
        values, blocks = self.values, self.vocabulary.blocks
        values.known(path, "building block", (table.block,), blocks)
        values.known((*path, "with"), "building block", table.together, blocks)
        values.known((*path, "without"), "building block", table.without, blocks)
        if bool(table.words) != (table.block == WORDS):
            words = "are missing" if table.block == WORDS else f'belong to the block "{WORDS}"'
            values.findings.add(path, f'"words" {words}')
        for n, words in enumerate(table.words):
            try:
                pattern(words)
            except PatternProblem as problem:
                values.findings.add((*path, "words", n), str(problem))
        start, end = values.stretch(path, table.start, table.end)
        return Look(
            block=table.block,
            severity=table.severity or "",
            roles=values.bound((*path, "roles"), table.roles),
            kinds=frozenset(table.kinds),
            phases=self._phases((*path, "phases"), table.phases),
            start=start,
            end=end,
            together=table.together,
            without=table.without,
            words=table.words,
        )

    def _examples(
        self, path: KeyPath, tables: Sequence[schema.ExampleTable]
    ) -> tuple[Example, ...]:
        return tuple(self._example((*path, n), table) for n, table in enumerate(tables))

    def _example(self, path: KeyPath, table: schema.ExampleTable) -> Example:
        values = self.values
        if table.role:
            values.known((*path, "role"), "role", (table.role,), values.roles)
        if table.phase:
            values.known((*path, "phase"), "phase", (table.phase,), self.phases)
        return Example(
            text=table.text,
            role=table.role or "",
            author=table.author,
            at=values.maybe((*path, "at"), table.at),
            phase=table.phase,
            kind=table.kind,
            parent=table.parent,
            line=values.findings.lines.get(path, 0),
        )

    def _phases(self, path: KeyPath, names: Sequence[str]) -> frozenset[str]:
        self.values.known(path, "phase", names, self.phases)
        return frozenset(names)

    def _fact(self, path: KeyPath, table: schema.FactTable) -> Fact:
        self._camp((*path, "camp"), table.camp)
        start, end = self.values.stretch(path, table.start, table.end)
        return Fact(table.id, table.kind, table.says, table.camp or "", start, end)

    def _endorsement(self, path: KeyPath, table: schema.EndorsementTable) -> Endorsement:
        self._camp((*path, "camp"), table.camp)
        start, end = self.values.stretch(path, table.start, table.end)
        return Endorsement(table.who, table.camp, table.aliases, start, end)

    def _camp(self, path: KeyPath, camp: str | None) -> None:
        if camp is not None and camp not in self.camps:
            self.values.findings.unknown(path, "camp", camp, self.camps)
