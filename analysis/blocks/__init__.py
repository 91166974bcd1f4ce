"""The building blocks of rules, by the names that a party's code gives them. Knows no rule."""

from __future__ import annotations

from analysis.blocks import claims, conduct, people, sides, voting
from analysis.blocks.conduct import doing
from analysis.blocks.words import WORDS
from analysis.scene import Blocks

ENDORSED_REPOST = "endorsed-repost"
"""Looks at the parent's words as the author's own; the judge of rules sees to it."""

BLOCKS: Blocks = {
    "attack-on-candidate": people.attack_on_candidate,
    "attack-on-official": people.attack_on_official,
    "discrimination": people.discrimination,
    "threat": people.threat,
    "pile-on": people.pile_on,
    "private-data": people.private_data,
    "private-life": people.private_life,
    "vote-ask": voting.vote_ask,
    "result-figures": voting.result_figures,
    "voting-code": voting.voting_code,
    "ballot-secrecy": voting.ballot_secrecy,
    "inducement": voting.inducement,
    "takes-sides": sides.takes_sides,
    "rival-party": sides.rival_party,
    "claimed-endorsement": sides.claimed_endorsement,
    "party-means": sides.party_means,
    "public-means": sides.public_means,
    "campaign-material": sides.campaign_material,
    "missing-imprint": sides.missing_imprint,
    "has-imprint": sides.has_imprint,
    "picture": sides.picture,
    "in-office": sides.in_office,
    "for-oneself": sides.for_oneself,
    "office-account": sides.office_account,
    "false-procedure": claims.false_procedure,
    "procedure-stated": claims.procedure_stated,
    "false-record": claims.false_record,
    "process-criticism": conduct.process_criticism,
    "impersonation": conduct.impersonation,
    "internal-address": conduct.internal_address,
    "unofficial-voting-address": conduct.unofficial_voting_address,
    "unlabelled-ai": conduct.unlabelled_ai,
    "parody": conduct.parody,
    "bulk-messages": doing("bulk messages", "messages by the hundred, or orders to send them"),
    "sham-account": doing("sham account", "posting in a name that is not one's own"),
    "anonymous-briefing": doing("briefing", "words passed on from nobody named"),
    "members-data": doing("members' data", "members' data used or shown"),
    "leak": doing("leak", "papers or talks that are confidential"),
    "paid-advertising": doing("paid advertising", "advertising that was paid for"),
    "money": doing("money", "money asked for or given"),
    "astroturf": doing("astroturf", "support that is made to look spontaneous"),
    "made-up-media": doing("made-up media", "pictures, sound or film that may be made up"),
    "closed-session": doing("closed session", "word from a closed session or under embargo"),
    "outside-help": doing("outside help", "joint work with an outside body"),
    "defiance": doing("defiance", "a direction that is not followed"),
    "record-stated": doing("record stated", "a checkable statement on a candidate's record"),
}
"""What a rule's `looks_for` may name, beside the block "words" and the repost of a breach."""

NAMES = frozenset((*BLOCKS, WORDS, ENDORSED_REPOST))
"""All names of blocks."""

MARKS = frozenset(("named-official", "threat", "last-day", "voters-early", "voting-information"))
"""By what a rule may be raised or lowered."""
