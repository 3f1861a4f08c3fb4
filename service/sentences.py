"""What happened, as a predicate: `{actor} {predicate}` makes the timeline's sentence."""

from collections.abc import Mapping

from workflows.kit import Text, Workflow

_COMMANDS: Mapping[str, Text] = {
    "open": Text("membuka kasus", "opened the case"),
    "save": Text("menyimpan perubahan isi", "saved a change of the text"),
    "comment": Text("memberi catatan", "commented"),
    "remind": Text("mengirim pengingat", "sent a reminder"),
    "reroute": Text("mengalihkan kasus kepada pejabat lain", "passed the case to somebody else"),
    "extend": Text("memperpanjang tenggat", "extended the deadline"),
    "hold": Text("menahan kasus", "put the case on hold"),
    "resume": Text("melanjutkan kasus", "took the case off hold"),
    "propose_correction": Text("mengusulkan koreksi data", "proposed a correction"),
    "correct": Text("mengoreksi isi kasus", "corrected the case"),
    "decline": Text("menyatakan tidak dapat memutuskan", "said that he cannot decide"),
    "authority": Text("mengubah siapa yang berwenang", "changed who may act"),
}


def predicate(event_type: str, workflow: Workflow) -> Text:
    """The past-tense predicate of an event type: a step's own words, or those of a command."""
    name = event_type.partition(".")[2]
    action = workflow.actions.get(name)
    if action and event_type.startswith(f"{workflow.name}."):
        return action.past
    return _COMMANDS.get(name, Text(name, name))
