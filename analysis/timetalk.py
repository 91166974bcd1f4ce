"""The words around a time: what opens and closes, who doubts, whose vote. Reads no times itself."""

from __future__ import annotations

import re
from datetime import timedelta

from analysis.timewords import HOUR_WORDS, TIME_WORDS

# --- Whether to look at all ----------------------------------------------------------------------

EDGES = (
    "vot", "ballot", "poll", "paper", "clos", "shut", "until", "till", "'til", "deadline",
    "cut-off", "cutoff", "cut off", "nominat", "result", "declar", "winner", "join", "member",
    "replac", "freeze", "last orders", "last chance", "last day", "final day", "ferme", "cau",
    "kati", "jusqu", " tan ", "erbyn", "agor", "pleidl", "bleidl", "poti", "ouvr", "tuwhera",
    "open", "extend", "left", "ends", "scrutin", "sign", "roll", "regist", "runs ", "over at",
    "over by", "over on",
)  # fmt: skip
"""Parts of words, one of which stands wherever an edge is spoken of."""
STATES = (
    "open",
    "clos",
    "shut",
    "over",
    "too late",
    "ended",
    "still",
    "start",
    "ferme",
    "cau",
    "anymore",
    "any more",
    "last day",
    "final day",
)
VOTES = ("vot", "ballot", "poll", "nominat", "leidl")
WORD = re.compile(r"[a-z]+")
DIGIT = re.compile(r"\d")


def is_timely(lower: str) -> bool:
    """A cheap look: whether a word of an edge stands with a figure or a word of time."""
    if not DIGIT.search(lower):
        words = frozenset(WORD.findall(lower))
        bare_hour = not HOUR_WORDS.isdisjoint(words) and not LINKS.isdisjoint(words)
        if not bare_hour and TIME_WORDS.isdisjoint(words):
            return False
    return any(word in lower for word in EDGES)


def is_stated(lower: str) -> bool:
    """A cheap look: whether the vote may be said to be open, or over."""
    return any(word in lower for word in VOTES) and any(word in lower for word in STATES)


LINK_WORDS = "at by until till til before from around about past after closes shuts opens"
LINKS = frozenset(LINK_WORDS.split())


# --- The words around ----------------------------------------------------------------------------

NOUNS = re.compile(
    r"(?P<elsewhere>\b(?:council(?!lor)|best (?!of|be)\w+|by-?elections?|agm|trust|trustees?"
    r"|boards?|all-stars?|concours|societ(?:y|ies)|club|committees?|residents|tenants|chamber"
    r"|shareholders?|(?:their|its) own (?:\w+ )?(?:leadership|papers|election)|(?:own|other"
    r"|another) (?:polls?|ballots?|votes?)|goalkeeper|striker|bookmaker|embargo(?:ed)?|poll tax"
    r"|wards?|county|counties|parish|general elections?|local elections?"
    r"|mayoral|mayor|senedd|holyrood|assembly|parliament(?:ary)?|senate|congress|referendum"
    r"|schools?|governors?|pta"
    r"|best pie|pies?|cakes?|pumpkins?|jam|marrows?|dogs?|cats?|puppy|competition|contest for"
    r"|award|awards|prizes?|raffle"
    r"|opinion polls?|exit polls?|straw polls?|twitter polls?|reader'?s?'? polls?|online polls?"
    r"|our poll|my poll|this poll|a poll"
    r"|survey|questionnaire|consultations?|petition|strike ballot|industrial|pay ballot"
    r"|eurovision|strictly|bake ?off|x factor"
    r"|song|songs|mascot|logo|names?(?= vote| poll| ballot)|naming|book club|film|quiz|goal of"
    r"|player of|man of the match|season"
    r"|transfer window|sale|sales|tickets?|booking|bookings|early ?bird|applications?|application"
    r"|jobs?|vacancy|vacancies"
    r"|course|courses|enrolment|tender|planning|objections?|other unions?|their union|next door's"
    r"|another party|tories|labour's"
    r"|federal|provincial|state election|primary|primaries|municipal|conference motions?|motions?"
    r"|amendments?|delegates?"
    r"|allotment|pub quiz|darts|bowls|census|tax|grant|grants|returns|expenses|invoices|imprint"
    r"|complaints?|hardship fund)\b)"
    r"|(?P<event>\b(?:hustings?|phone ?banks?|phone ?banking|meetings?|meet(?:ing)? ?ups?|stalls?"
    r"|debates?|rall(?:y|ies)|doors|livestreams?|streams?"
    r"|canvass\w*|drop-?ins?|surger(?:y|ies)|launch(?:es)?|q ?& ?a|webinars?|zooms?|calls?"
    r"|socials?|drinks|curry|quiz|tea|teas|coffee"
    r"|breakfast|lunch|supper|bus|buses|train|trains|coach|minibus|kick-?off|match|game|gig"
    r"|programme|program|interview|speech"
    r"|sessions?|workshops?|training|picket|leaflet\w*|door-?knock\w*|events?|reception|vigil"
    r"|service|rehearsal|choir|shifts?"
    r"|counting|the count(?= starts| begins| is| will| at| on)|count (?:starts|begins)"
    r"|party night|watch party|jumble|fete|bbq|barbecue|picnic|ceilidh|film night|film|broadcast"
    r"|podcast|radio|tv|on air|news|bulletin|news ?letter|rota|deliver(?:y|ies|ing)|flights?"
    r"|ferry|ferries|boats?"
    r"|panel|lecture|class|classes|festival|parade|march past|funeral|wedding|birthday|holidays?"
    r"|half-?term|dinner|brunch|pizza|party bus"
    r"|join (?:us|me|him|her|them|in|the|our|my))\b)"
    r"|(?P<office>\b(?:offices?|desk|door|help ?lines?|help ?desk|phone ?lines?|phones?|lines"
    r"|switchboard|inbox|pub|bar|shop|shops|cafe|caff"
    r"|library|counter|chippy|kitchen|canteen|gym|pool|surgery|reception|hub|helpdesk|hq"
    r"|town hall|post office|bank|gates?|clinic|hotline"
    r"|advice|support team|chat|live chat|stewards?|car park|museum|market|lido|baths)\b)"
    r"|(?P<replacement>\b(?:replacements?|replac(?:e|ed|ing)|lost (?:your |the |my )?(?:paper"
    r"|ballot|code|one)|lost it|re-?issue[ds]?|duplicates?"
    r"|(?:get|getting) (?:another|a new one|a fresh one)|(?:ask(?:ing)? for|request(?:ing)?"
    r"|order(?:ing)?|apply for) (?:a|an|your|one|another)(?: postal| paper| voting)?(?: (?:paper"
    r"|ballot|vote|pack|form))?|(?:new|another|spare|second|fresh) (?:ballots?|papers?|codes?"
    r"|packs?|one|voting)|reissues?)\b)"
    r"|(?P<nominations>\bnominat\w+)"
    r"|(?P<declared>\b(?:results?|the winner|winner|outcome|declaration|declared|canlyniad"
    r"|resultats?|we(?:'ll| will) (?:all )?know|we find out)\b)"
    r"|(?P<join>\b(?:join(?:s|ed|ing|er|ers)?|sign(?:s|ed|ing)? up|sign-?up|(?:be(?:come)?|became"
    r"|becoming|been|were|was|a) (?:a )?(?:paid-?up )?members?(?= (?:by|before|since|after|on"
    r"|until|till))"
    r"|members?(?= (?:by|before|since|after|as of|on or before))|membership(?= (?:freeze|close"
    r"|closes|closed|shut|shuts|cut|deadline|ends|by|list|roll|books?))"
    r"|freeze|enrol(?:l|led|s|ment)?|(?:on )?the rolls?|on the books|membership list|(?:get|have"
    r"|having|for|earn|gets) a (?:vote|say)|(?:vote|say) in (?:it|this)|register(?:ed|ing)?"
    r"|signed? the form)\b)"
    r"|(?P<vote>\b(?:vot(?:e|es|ing|ed|ers?)|ballots?|polls?|polling|papers?|booths?|e-?ballots?"
    r"|e-?vot\w+|ballot box(?:es)?|scrutineers?|scrutin|urnes?"
    r"|pleidl\w*|bleidl\w*|mhleidl\w*|balot|poti\w*|pooti|envelopes?|postals?|returning officer"
    r"|first preferences?|rank(?:ing|ings)?)\b)"
)

CLOSES = (
    r"(?:(?:stays?|remains?|is|are) (?:up|live)|runs?|lasts?|running)(?= (?:right |all the way "
    r"|on )?(?:to|until|till|through)\b)|"
    r"closes|closed|closing|clos(?:e|ure)\b|shut(?:s|ting)?|ends|ended|ending|end(?! of| up)"
    r"|finish(?:es|ed)?|deadlines?|cut-?\s?offs?|last orders"
    r"|(?:last|final) (?:chance|day|date|call|moment|possible|opportunity|post|hours?|minutes?"
    r"|few hours|24|48|shout|push|thing)|is up|runs? out|expires?|lapses?"
    r"|(?:all )?over(?=\s*(?:$|[.,!]|by\b|at\b|on\b|after\b))|ferme\w*|se termine\w*|date limite"
    r"|cau\b|yn cau|chau|gau|kati\w*|kapi\w*|extended|extension|too late|any later|time's up"
    r"|still time|wraps? up|drop dead"
    r"|up until|clotur\w*|dyddiad cau|whakakapi\w*"
)
OPENS = (
    r"open(?:s|ed|ing)?|start(?:s|ed|ing)?|begins?|began|beginning|(?:go|goes|going|went|gone"
    r"|sent|send|mailed|posted|be|are|is) (?:out|live)|(?:go|goes|going|went) in the post"
    r"|land(?:s|ed|ing)?|kick(?:s|ed)? off|gets? under ?way|hits? (?:the |your )?(?:mats?"
    r"|doormats?|inboxes?|inbox)|drops|dropping|ouvre\w*|ouvrent|agor|yn agor|tuwhera\w*"
)
ACTION = re.compile(rf"\b(?:(?P<closes>{CLOSES})|(?P<opens>{OPENS}))\b")
NO_VERB = re.compile(
    r"over (?:\d|the|a\b|there|here|to\b|my|your|and over|our|it\b|this|that)|end (?:up|of)"
    r"|done (?:a|the|it|my|with|for)\b|close (?:to|by|run|call|race|the gap)|start (?:with|by"
    r"|from)\b"
)
SEVERAL = re.compile(
    r"\b(?:polls|nominations|ballots|votes|papers|booths)\b[^,;]{0,30}(?<!\bat)(?<!\bthe)\s$"
)
CLOSE_ADJECTIVE = re.compile(
    r"(?:\b(?:polls|ballots|booths|they|lines|nominations|votes|papers|will|to|not|and"
    r"|applications|does|do|officially|finally|all|also|both|must|can|the|before|voting|when)|n't"
    r"|'ll)\s$"
)

UNTIL = re.compile(
    r"\b(?:(?:right |all the way |straight )?(?:up |right )?(?:until|till|til|through till)|by"
    r"|before|as late as|no later than|not later than|up to|through to|right through|through"
    r"|latest by|in by"
    r"|(?:runs?|ran|running|lasts?|open) (?:right |all the way )?to|jusqu'(?:a|au)|jusque|tan"
    r"|erbyn|avant|a hi|only until)"
    r"(?:\s(?:at|about|around|just|the latest|late|early|the|le|la|exactly|roughly|noon|close|end"
    r"|of|play)){0,2}\s?(?:,\s)?$|'til\s$"
)
SINCE = re.compile(
    r"\b(?:from|since|as of|as from|starting|after|depuis|a partir d[eu]|o|following)(?:\s(?:at"
    r"|about|around|the|le|early|late|just)){0,2}\s$"
)
AFTER = re.compile(r"\b(?:after|since|following)(?:\s(?:the|at|about|late|early|around))?\s$")
TO = re.compile(r"(?:\bto|-|\u2013|\u2014|\band(?: again)?)\s?(?:the\s)?$")
ABOUT = re.compile(
    r"\b(?:about|around|roughly|approx\w*|circa|ish|some ?time|c\.)\s(?:the\s|at\s)?$|~\s?$"
)
JUST_BEFORE = re.compile(
    r"\b(?:(?:just|shortly|a (?:little|bit|touch)|right) before|coming up to)\s$"
)
JUST_AFTER = re.compile(r"\b(?:just|shortly|a (?:little|bit|touch)|right|soon) after\s$")
NOT_THIS = re.compile(
    r"(?:\bnot|isn't|aren't|wasn't|never mind|rather than|instead of|nor|n't be|never|forget|ddim"
    r"|pas|no longer|as opposed to|than|neither)"
    r"(?:\s(?:at|on|by|the|until|till|til|even|just|necessarily|actually|this|for|before|from"
    r"|about|really|quite)){0,3}\s$"
)
NOT_UNTIL = re.compile(
    r"(?:\bnot|n't|\bnever|\bno (?:votes?|voting|papers?|ballots?|emails?|links?|codes?|one|body)"
    r"|\bnobody)\b[^.!?\n]{0,40}$"
)
NOW_IS = re.compile(r"\b(?:gone|it's (?:only|now|already|past|nearly))\s$")
"""What tells the time of day and no more: "it's gone nine"."""
NEGATED = re.compile(
    r"(?:\bnot|n't|\bnever|\bno longer|\bcannot|\bnobody said|\bno)\s(?:\w+\s){0,2}$"
)

DOUBT = re.compile(
    r"\b(?:i wish|wish(?:es|ed|ing)?|hop(?:e|es|ed|ing|efully)|should(?:'ve| have|n't)?|ought"
    r"|would(?:n't|'ve)?|could(?:n't)?|might|maybe|perhaps|probably|possibly"
    r"|i (?:think|thought|reckon|guess|suppose|assume|assumed|imagine|believe|swear)"
    r"|we (?:thought|assumed)|thought it|wonder\w*|supposed(?:ly)?|dream\w*|propos(?:e|es|ed|al"
    r"|ing)"
    r"|(?<!be )ask(?:ed|ing|s) (?:for|them|him|her|whether|if|when)"
    r"|(?:i|we|they|he|she) (?:want|wants"
    r"|wanted|asked|begged|demand\w*)|call(?:s|ed|ing)? for|in an ideal|unless|whether|used to"
    r"|last (?:time|year|contest)|(?:next|another) (?:time|year)|in (?:19\d\d|20[01]\d|202[0-4])"
    r"|back in|as if|imagine|pretend|suggest\w*|fingers crossed|ideally|pray\w*|je crois"
    r"|peut-etre"
    r"|je pense|efallai|feels like|felt like|seems|like it's|why (?:not|don't|can't|isn't|is|does"
    r"|do)|so much for|let's say|guess|every|usually|per ?cent|%|turnout|normally"
    r"|traditionally)\b"
)
DOUBT_ALL = re.compile(
    r"\b(?:not (?:sure|certain|100|ours|our)|unsure|dunno|(?:i )?don't know|dont know|doesn't know"
    r"|nobody knows|no (?:idea|clue)|can't remember|cant remember|if memory|rumou?r\w*|apparently"
    r"|allegedly"
    r"|was it|is it (?:just|only|me)|who knows|in my dreams|joke|joking|kidding)\b"
)
DISOWNED = re.compile(
    r"\b(?:ignore|disregard|mistake\w*|typo|misprint\w*|misread|people (?:are )?(?:saying|think)"
    r"|somebody|someone|some (?:people|folk|bloke|post|leaflet)|(?:he|she|they|it) (?:says|say"
    r"|said|told|thinks|think|thought|claims|claim|reckons|reckon)"
    r"|(?:i|we|piece|post|leaflet|email|page|text|thread|article|message|tweet|paper"
    r"|notice) (?:said|posted|wrote|had it|printed|put)|told (?:me|us|him|her|them|people|folk"
    r"|members|that)|was told|were told|been told|whoever|anyone (?:saying|telling|who says"
    r"|who tells)|the claim|claims that|claiming|heard|telling (?:people|folk|members|everyone"
    r"|everybody|voters|them|us))\b"
)
FALSE = re.compile(
    r"\b(?:wrong|false|fake|untrue|incorrect\w*|misleading|lies?|lying|nonsense|rubbish|hoax|scam"
    r"|misinformation|disinformation|myth|isn't true|not true|bogus|made up|error|no it (?:isn't"
    r"|doesn't)|it isn't|it does not|it doesn't)\b"
)
DENIED_AFTER = re.compile(
    r"[\"')]{0,2}[\s,;\u2013\u2014-]{1,4}(?:and |but )?(?:(?:which|that|this|it|all)(?:'s|s| is"
    r"| was| are)?(?: \w+){0,2} )?" + FALSE.pattern
)
UNSURE_ALL = re.compile(
    r"\b(?:don't|dont|do not) quote me|correct me if|could be wrong|might be wrong|may be wrong"
    r"|i'm guessing|from memory|not official|check (?:it|that) yourself|take (?:it|this) with\b"
)
CONDITION = re.compile(
    r"\b(?:if|even if|only if|suppose|assuming|in case|provided) (?!(?:you|u|ye|your"
    r"|yours|youre|you're|you've|anyone|anybody|any of you|in doubt|not|so|members?|it's not"
    r"|yours is|there's anyone|still|lost|posted|posting|voting by)\b)|^\W*(?:were|had) (?!to\b)"
)
MINE = re.compile(
    r"\b(?:i|i'll|i'm|i've|i'd|my|mine|we'll|we're|he'll|she'll|he|she|we|us|he's|she's|we've|me"
    r"|je|her|his)\b"
)
ADVICE = re.compile(
    r"\b(?:vote|votez|post|send|return|get|pop|drop|do|stick|put|mail|cast|walk|bring|take|fill"
    r"|have|make sure|remember|finish|decide|chase|ring|call|knock)\b"
)
DUTY = re.compile(
    r"\b(?:must|has to|have to|needs?|needed|deadline|requir\w+|last|only|arrive\w*|reach\w*"
    r"|received?|counts?|counted|be in|be back|have until|got until|in (?:his|her"
    r"|their|the) hands?|cut-?off|close\w*|shut\w*|end\w*|too late|no later|latest|valid"
    r"|accepted)\b"
)
YOU_HAVE = re.compile(
    r"(?:\b(?:you|u|ya|ye|we|folks?|members|people|everyone|everybody|voters|all|y'all|they"
    r"|stragglers|latecomers)(?:\s(?:all|lot|folks|guys|can|do|still|actually|now|only"
    r"|really)){0,3}(?:'ve|\s?have|\s?ve|\sget|\sgot)(?:\s(?:all|still|only|actually|now|just"
    r"|got)){0,3}"
    r"|there's (?:still )?time|still time|plenty of time|\b(?:got|have)|\b(?:given?|gave) (?:us"
    r"|you|everyone|everybody|people|members|folk)(?: all)?)"
    r"\s(?:right up |up |right |only )?(?:until|till|til|through to|'til|by)\s(?:\w+\s){0,3}$"
)
FOR_WHAT = re.compile(
    r"^\W*(?:at the latest\W*)?to (?!(?:vote|cast|post|return|send|get|decide|choose|rank|mark"
    r"|make up|make your|join|sign|nominate|ask|request|use|fill|do (?:it|so|your)|have your"
    r"|be counted|go|spare|have a say|be heard|submit|lodge|complete|tell|put)\b)"
)
HOW_LONG = re.compile(
    r"^\W{0,2}(?:to (?:vote|cast|go|post|return|get|have|decide|rank|make|use|do|send|be)\b"
    r"|of (?:voting|the ballot|this)|(?:before|until|till|til) (?:voting|polls?|the (?:ballot"
    r"|polls?|vote|close)|it|they|we)\b|for (?:voting|your vote|you to vote))"
)
BARE = re.compile(
    r"^\W*(?:(?:and|but|so|no|nope|yes|yep|yeah|actually|remember|reminder|psst|fyi|ps|friends?"
    r"|folks|everyone|just|nah|btw|ok|okay|right|heads up|quick one|note|nb|sorry|correction"
    r"|again|also|then|when|because|cos|relax|don't panic|no rush|official|officially)\W+){0,4}"
    r"(?:(?:it|this|that|they|everything|we|online|online voting|the (?:portal|link|site|page|app"
    r"|box|boxes|thing|whole thing|lot|contest|election))(?:'s|'ll|\sall|\snow|\sstill|\sreally"
    r"|\sactually|\sfinally|\sonly|\swill|\sdoes|\sdo|\sis|\sare|\sstays?"
    r"|\sremains?)*)?\W*(?:(?:(?:is|'s|was|that's|and that's) )?(?:when|where) (?:it|they"
    r"|everything|we|the (?:link|site|portal|page|box|boxes)) )?(?:the |your |our |final "
    r"|official |absolute |hard |very |is |a )*$"
)
NO_VOTE = re.compile(
    r"\b(?:no|not|n't|cannot|cant|can't|won't|wont|don't|don't|doesn't|isn't|aren't|never|nothing"
    r"|without|out of luck|too late|ineligible|excluded|shut out|miss(?:es|ed)? out|lose|tough"
    r"|sorry)\b"
)
ONLY = re.compile(
    r"\b(?:only|must|had to|have to|need(?:s|ed)? to|has to|needed|provided|as long as|so long as"
    r"|cut-?off|deadline|closed|closes|unless|latest)\b"
)
JOINED = re.compile(
    r"\b(?:join(?:ed|ers?|ing)?|signed up|members?|registered|enrolled"
    r"|paid up)\b[^.!?\n,;]{0,24}\b(?P<how>before|by|after|since|from|on or before"
    r"|as of)\s(?:\w+\s){0,2}$"
)
KNOWN = re.compile(
    r"\b(?:announc\w*|declar\w*|due|out|expected|comes?|coming|known?|read out|named|publish\w*"
    r"|live|confirmed|lands?)\b"
    r"|\b(?:results?|winner|outcome|declaration)(?:\s(?:is|are|will be|on|at|by|in|from|the)|'s|:)*"
    r"\s*$"
)
ASKS = re.compile(
    r"\b(?:when|what time|what day|which day|how long|how late|until when|till when|deadline"
    r"|what's the (?:date|time)|closing (?:time|date)|quand|pryd|a quelle heure|ahea"
    r"|how much time|have i (?:still )?got|is it too late|am i too late|can i still"
    r"|do(?:es)? (?:i|we|it|the))\b"
)
SENTENCE_END = re.compile(r"[!?\u2026\n]+|\.(?!\w)(?=[\s\"')]|$)")
CLAUSE = re.compile(
    r"[,;:()\u2013\u2014\"|\u2022/]|\s-\s|\s(?:and|but|then|so|or|while|because|cos|although"
    r"|though|which|et|ond|ac|mais|yet|(?<!late\s)as(?!\slate))\s"
)
WIDEST = 160
FRAGMENT = 4
"""Words beside the moment in an answer that has no verb of its own ("Noon on Friday, I'm told")."""
GAP = timedelta(minutes=5)


# --- The words of one question each -------------------------------------------------------------

FROM_HOUR = re.compile(
    r"\b(?:\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm)?|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|noon|midday)\s?(?:till|til|to|until|-|\u2013)\s?$"
)
RANGE = re.compile(
    r"\s?(?:to|-|\u2013|\u2014|until|till|til|through(?: to)?|and closes"
    r"|right through to)\s?(?:the\s)?"
)
TO_JOIN = re.compile(r"\b(?:deadline|cut-?off|last (?:day|chance|date)) (?:to|for) join")
AT_A_PLACE = re.compile(r"\b(?:at|to|in|into|with|by|from|reach(?:es)?|on)\s(?:[\w']+\s){0,3}$")
LEFT_ALONE = re.compile(r"\W*(?:folks|everyone|everybody|people|friends|on the clock)?\W*$")
RESULT = re.compile(
    r"\b(?:results?|the winner|winner|outcome|declaration|declared|canlyniad|resultats?|we(?:'ll"
    r"| will) (?:all )?know|we find out)\b"
)
RESULT_AFTER = re.compile(
    r"\W*(?:is|'s|for|we get|brings|sees)\W+(?:when )?(?:the )?(?:results?|winner|declaration)\b"
)
AIM = re.compile(r"\b(?:to (?:vote|have|get|be)|(?:a|your) (?:say|vote|ballot)|the roll|vote in)\b")
MAY = re.compile(
    r"\b(?:can|may|able|open|opens|runs?|available|possible|accepts?|accepted|taking)\b"
)
NOUN_UNTIL = re.compile(
    r"(?:replacements?|(?:ballots?|papers?)|nominations|membership|joining"
    r"|registration)\s(?:until|till|til|'til|up to)\s(?:\w+\s){0,2}$"
)
STILL_JOIN = re.compile(
    r"^\W*(?:\w+ ){0,3}join(?: us)? (?:up )?$|\b(?:can|may|time to) (?:all )?(?:still )?(?:join"
    r"|sign up|register|enrol)(?: up)? $"
)
AIM_LATER = re.compile(
    r"^\W*(?:(?:and|to|then|so you can|so they can|you can|you'll|still) )*(?:vote|have a (?:vote"
    r"|say)|get a (?:vote|say|ballot)|be on the roll)\b"
)
VOTING_FROM = re.compile(r"\b(?:vot(?:e|ing)|ballot|polls?|polling|\w?leidl\w+)\b")
OWN_DOING = re.compile("finish|start|beg|end")
WHO_DOES = re.compile(r"\b(?:i|we|he|she|they|i've|we've|i'll)\s(?:\w+\s)?$")
MAILED = re.compile(r"went|gone|sent|mailed|posted|landed|dropped|hit\b")
"""What has been posted: of a ballot's way through the post, not of the timetable."""
IS_VOTE = re.compile(
    r"\b(?:vot(?:e|es|ing)|ballots?|polls?|polling|papers?|online|\w?leidl\w+|poti|pooti"
    r"|envelopes?|postals?)\b"
)
WAS = re.compile(r"\b(?:ran|was|were|went|stayed|lasted|ate|sat|took|had been|worked|waited)\b")
FOR_VOTING = re.compile(
    r"\W*(?:at the latest\W*)?(?:to|for|of) (?:\w+ ){0,3}(?:vot\w+|ballots?|papers?)\b"
)
OUR_TIME = re.compile(r"\b(our|my|your|local) time\b")
HAS = re.compile(r"(?:\b(?:has|have|was|were|been|is|are|just|already)|'s)\s$")
WILL = re.compile(r"\b(?:be|get|gets|being|not|will)\s$")
VOTING = (
    r"\b(?P<what>voting|the votes?|the ballot|ballots?|(?:the )?polls?|nominations|le vote"
    r"|y bleidlais|y pleidleisio)"
)
FILL = (
    r"(?:\s(?:now|already|just|officially|all|well and truly|finally|formally|est|wedi"
    r"|maintenant)){0,4}"
)
CLOSED = re.compile(
    rf"{VOTING}(?:\s(?:has|have|is|are)|'s|'ve)?(?P<just>{FILL})\s(?:closed|shut|over|ended"
    rf"|ferme|cau)(?=\s*(?:$|[.,!;:)\u2013\u2014-]|now\b|and\b|so\b|folks\b))"
    r"|\b(?:too late (?:now )?(?:to vote|to cast|for (?:your|a|any) (?:votes?|ballots?|papers?))"
    r"|can(?:'t|not) vote (?:any ?more|now)\b)"
)
OPEN = re.compile(
    rf"{VOTING}(?:\s(?:has|have|is|are)|'s|'ve)?(?P<still>\sstill)?{FILL}\s(?:open|opened|live"
    rf"|ouvert)(?=\s*(?:$|[.,!;:)\u2013\u2014-]|now\b|and\b|so\b|folks\b))"
    r"|\b(?P<can>you can (?:all )?still (?:vote|cast)|still time to (?:vote|cast|get your (?:vote"
    r"|ballot|paper))|(?:not|never|n't) too late to (?:vote|cast))"
)
UNOPENED = re.compile(
    rf"{VOTING}\s?(?:hasn't|haven't|has not|have not)\s(?:even\s)?(?:opened|started"
    rf"|begun)(?:\syet)?\b"
    rf"|{VOTING.replace('what', 'which')}\s?(?:isn't|aren't|is not|are not"
    rf"|not)\s(?:even\s)?open\s?(?:yet|just yet)\b"
)
LAST_DAY = re.compile(
    r"\b(?:last|final) day (?:of voting|to vote|for (?:voting|votes)|of the ballot)\b"
)
HYPOTHETICAL = re.compile(
    r"\b(?:if|when|once|until|till|til|after|before|as soon as|by the time|while|whenever|till"
    r"|unless|now that|even though|since|will|'ll|quand|pan)\b"
)
RETURNED = re.compile(r"\b(?:in|back) by\b")
IS_OPEN = re.compile(r"\b(?:open|voting|vote)\b")
ABOUT_VOTES = re.compile(r"\b(?:vot\w*|ballot|eligible|roll|count\w*|say|paper)\b")
NOBODY_WHO = re.compile(r"\b(?:no votes? for|can't|cannot|nobody who|no one who)\b")
TOO_LATE = re.compile(
    r"\b(?:too late|no(?:t| votes?| papers?)? \w{0,12}\s?(?:count\w*|accept\w*|valid)"
    r"|won't (?:be )?count\w*)"
)
LANDS = re.compile("land|hit|drop")
OF_WHAT = re.compile(r"\s(?:for|to|on)\s")
NOT_TILL = re.compile(r"(?:closed|shut|opens|starts|begins|lands)$")
"""Verbs of a moment, with which "until" tells of something else: "closed until Friday"."""
DO_NOT = re.compile(r"\W*(?:so |and |please )?(?:don't|do not|never)\b")
