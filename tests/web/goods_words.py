"""What the console says about goods on their way back, as far as the test in two languages reads it off the screen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GoodsWords:
    """The words of one language. A text with `{}` has a gap."""

    held: str
    how_to_send: str
    tracking: str
    i_have_sent_it: str
    arriving: str
    to_inspect: str
    scan: str
    shipment: str
    receive: str
    receive_title: str
    arrived_units: str
    one_missing: str
    still_to_come: str
    inspect: str
    inspect_title: str
    condition: str
    damaged: str
    deduction: str
    why: str
    by_seller: str
    kept: str
    lose: str
    lose_title: str
    lost: str
    step_by_step: str
    on_its_way: str
    counts: str
    money: str
    """An amount of euros as people of the language write it."""


ENGLISH_GOODS = GoodsWords(
    held="It is paid once the goods are inspected.",
    how_to_send="How to send it back",
    tracking="Tracking number",
    i_have_sent_it="I have sent it",
    arriving="Arriving",
    to_inspect="To inspect",
    scan="Scan or type",
    shipment="Return shipment {}",
    receive="Receive",
    receive_title="Receive {}",
    arrived_units="Units of {} that arrived",
    one_missing="1 unit missing: still to come",
    still_to_come="Done: {}. 1 unit still to come, as RS-",
    inspect="Inspect",
    inspect_title="Inspect {}",
    condition="Condition",
    damaged="Damaged",
    deduction="Deduction",
    why="Why it is kept, or not paid back",
    by_seller="decided by: Seller",
    kept="What was kept, and why",
    lose="Lost",
    lose_title="{} is lost",
    lost="The package is lost. Your money waits until the marketplace has decided.",
    step_by_step="Step by step",
    on_its_way="On its way back",
    counts="1 expected · 1 received",
    money="€{}",
)
GERMAN_GOODS = GoodsWords(
    held="Es wird gezahlt, sobald die Ware geprüft ist.",
    how_to_send="So schicken Sie es zurück",
    tracking="Sendungsnummer",
    i_have_sent_it="Ich habe es verschickt",
    arriving="Wareneingang",
    to_inspect="Zu prüfen",
    scan="Scannen oder eingeben",
    shipment="Rücksendung {}",
    receive="Eingang buchen",
    receive_title="Eingang buchen: {}",
    arrived_units="Eingegangene Stückzahl von {}",
    one_missing="1 Stück fehlt: Es kommt noch",
    still_to_come="Erledigt: {}. 1 Stück kommt noch, als RS-",
    inspect="Prüfen",
    inspect_title="{} prüfen",
    condition="Zustand",
    damaged="Beschädigt",
    deduction="Abzug",
    why="Warum abgezogen oder nicht erstattet wird",
    by_seller="entschieden von: Händler",
    kept="Was einbehalten wurde und warum",
    lose="Verloren",
    lose_title="{} ist verloren",
    lost="Das Paket ist verloren. Ihr Geld wartet, bis der Marktplatz entschieden hat.",
    step_by_step="Schritt für Schritt",
    on_its_way="Auf dem Rückweg",
    counts="1 erwartet · 1 eingegangen",
    money="{} €",
)
