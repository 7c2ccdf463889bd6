"""The two chapters of the seed, sentence by sentence, clicked by customer, owner and seller at once, in two languages.

Nobody reloads a page, and every result is read off the screen. `script.says` quotes the sentence that the lines below
it follow.
"""

from playwright.async_api import expect

from tests.seed import CANCELLATION, RETURN, Script, following
from tests.web.console_actions import open_order, return_selected
from tests.web.demo_shop import Shop, choose
from tests.web.seats import Seats, seated
from tests.web.words import ENGLISH, GERMAN, Words, in_both_languages


@in_both_languages(("words", "product"), (ENGLISH, "Desk lamp Halo"), (GERMAN, "Warm bulbs, set of four"))
async def test_the_first_chapter_order_cancellation(shop: Shop, words: Words, product: str) -> None:
    async with seated(shop, words, product, seller="Lumen Lights") as seats:
        with following(CANCELLATION) as script:
            order = await _what_can_be_canceled(seats, script)
            refund = await _the_customer_selects_a_product(seats, script, order)
            number = await _the_customer_returns_what_is_selected(seats, script)
            await _the_owner_finds_the_request(seats, script, order)
            await _the_owner_applies_the_cancellation(seats, script, refund)
            await _the_plan_waits_and_is_confirmed(seats, script, shop, number, refund)


async def _what_can_be_canceled(seats: Seats, script: Script) -> str:
    words = seats.words
    script.says(
        "The cancellation can only be used when the order item's package status is Preparing or Ready to Ship and "
        "order status is Waiting Packaging."
    )
    await seats.open_order("Kite Swift", words.delivered)
    await expect(seats.item("Kite Swift")).to_contain_text(words.return_possible)
    await expect(seats.store.get_by_text(words.cancel_until)).to_have_count(0)
    order = await seats.open_order("Desk lamp Halo", words.waiting_packaging)
    await expect(seats.store.get_by_role("main").get_by_text(words.waiting_packaging)).to_be_visible()
    await expect(seats.item()).to_contain_text(words.preparing)
    await expect(seats.item()).to_contain_text(words.cancel_until)

    script.says("Canceling an order will result in an automatic full refund to the customer.")
    paid = seats.store.get_by_role("region", name=words.totals).get_by_role("term").filter(has_text=words.paid)
    await expect(paid).to_be_visible()  # and below, the refund is read beside it
    return order


async def _the_customer_selects_a_product(seats: Seats, script: Script, order: str) -> str:
    words, store = seats.words, seats.store
    script.says(
        "The steps that customers need to follow in order to cancel an order or the products included in the order are "
        "as follows."
    )
    await expect(seats.button(store, words.return_item, seats.product)).to_be_visible()

    script.says('Open the Store and access the "My Orders" section.')
    await expect(store.get_by_role("banner")).to_contain_text(words.store)
    await seats.my_orders()

    script.says("Select any order to open the Order Details page.")
    assert await seats.open_order("Desk lamp Halo", words.waiting_packaging) == order
    await expect(store.get_by_text(words.order_details, exact=True)).to_be_visible()

    script.says(
        "Click on Return This Item and select the reasons for cancellation from the drop-down menu on the right."
    )
    refund = await seats.select_reason(words.changed_mind)
    name = await seats.item().get_by_role("heading", name=seats.product).bounding_box()
    menu = await store.get_by_role("button", name=words.reason_for.format(seats.product)).bounding_box()
    assert name is not None
    assert menu is not None
    assert name["x"] + name["width"] <= menu["x"]
    return refund


async def _the_customer_returns_what_is_selected(seats: Seats, script: Script) -> str:
    words = seats.words
    script.says(
        'Once you have selected the product(s) for cancellation, click on the "I accept that I read and understand the '
        'Return Policy" button, and then click Return Selected Items.'
    )
    await seats.return_selected()

    script.says(
        "The success message will appear, confirming that the order request has been received and is under evaluation."
    )
    number = await seats.received()
    await expect(seats.article(seats.store, number)).to_contain_text(words.waiting_for.format(words.owner))
    return number


async def _the_owner_finds_the_request(seats: Seats, script: Script, order: str) -> None:
    words, omnitron = seats.words, seats.omnitron
    script.says(
        "Once the cancellation request has been processed, the marketplace owner can view it on the Omnitron > Orders "
        "page and then confirm it for the relevant product."
    )
    await expect(omnitron.get_by_role("banner")).to_contain_text("Omnitron")
    await omnitron.get_by_role("link", name=words.orders, exact=True).click()

    script.says("The cancellation request is displayed on the Orders page.")
    await expect(seats.row(order)).to_contain_text(f"{words.cancel} · {words.waiting}")

    script.says("Simply click on the relevant order to access its details.")
    await seats.row(order).get_by_role("link", name=order, exact=True).click()
    await expect(omnitron.get_by_role("heading", name=words.order.format(order), level=1)).to_be_visible()

    script.says(
        'Within the "Order Detail" page, you can find Cancellation Request details: Product Information, Customer '
        "Information, Order Information, and Payment Information."
    )
    await expect(omnitron.get_by_text(words.order_details, exact=True)).to_be_visible()
    for name, content in zip(words.information, (seats.product, "Ada Brandt", order, "card"), strict=True):
        await expect(omnitron.get_by_role("region", name=name)).to_contain_text(content)


async def _the_owner_applies_the_cancellation(seats: Seats, script: Script, refund: str) -> None:
    words, omnitron = seats.words, seats.omnitron
    script.says(
        'In the Products section, select "Cancel/Return Selected Items," set the Transaction to Cancel, and then click '
        "on Apply."
    )
    products = omnitron.get_by_role("region", name=words.products, exact=True)
    await products.get_by_role("checkbox", name=words.select.format(seats.product)).check(force=True)
    await seats.button(products, words.apply_title).click()
    await choose(omnitron, words.transaction, words.cancel)
    await expect(products.get_by_role("region", name=words.expected_refund)).to_contain_text(refund)
    await seats.button(products, words.apply).click()

    script.says('Confirm the "Order Cancel" message by clicking Yes.')
    dialog = omnitron.get_by_role("alertdialog", name=words.order_cancel)
    await expect(dialog.get_by_role("region", name=words.expected_refund)).to_contain_text(refund)
    await seats.button(dialog, words.yes).click()


async def _the_plan_waits_and_is_confirmed(seats: Seats, script: Script, shop: Shop, number: str, refund: str) -> None:
    words, seller_center, plan = seats.words, seats.seller_center, seats.plan(number)
    script.says('A cancellation and refund plan has been created with a "Waiting" status at the bottom of the page.')
    await expect(plan.get_by_text(words.waiting, exact=True)).to_be_visible()
    bottom = seats.omnitron.get_by_role("main").locator("> section").last
    await expect(bottom.get_by_role("heading", name=words.plans)).to_be_visible()
    await expect(bottom).to_contain_text(words.plan.format(number))

    script.says('If the status is not "Shipped" or "Delivered", Seller Center confirms cancellations automatically.')
    await expect(seller_center.get_by_role("banner")).to_contain_text(words.seller_center)
    await seller_center.get_by_role("link", name=words.requests, exact=True).click()
    await seller_center.get_by_role("link", name=words.confirmed_automatically).click()
    await expect(seats.row(number, seller_center)).to_have_count(0)
    async with shop.working():
        await expect(seats.row(number, seller_center)).to_contain_text(words.confirmed_automatically)
        await expect(plan.get_by_text(words.completed, exact=True)).to_be_visible()
        await expect(seats.article(seats.store, number)).to_contain_text(words.refunded)
        await expect(seats.store.get_by_role("status").filter(has_text=words.received)).to_have_count(0)
    await expect(plan).to_contain_text(refund)  # the full refund that was promised
    await expect(seats.article(seats.store, number)).to_contain_text(refund)
    await expect(seats.item()).to_contain_text(words.canceled)


@in_both_languages(
    ("words", "product"),
    (ENGLISH, "Kite Swift"),
    (GERMAN, "Puzzle Harbour, 500 pieces"),
)
async def test_the_second_chapter_order_return(shop: Shop, words: Words, product: str) -> None:
    async with seated(shop, words, product, seller="Tinker Workshop") as seats:
        await seats.omnitron.get_by_role("link", name=words.requests_page).click()
        with following(RETURN) as script:
            await _what_can_be_returned(seats, script)
            number, refund = await _the_request_waits_for_the_seller(seats, script)
            await _the_seller_confirms(seats, script, number, refund)
            await _the_plan_is_approved_and_refunded(seats, script, shop, number, refund)


async def _what_can_be_returned(seats: Seats, script: Script) -> None:
    words = seats.words
    script.says("Product returns are only possible after the product has been shipped or delivered to the customer.")
    await seats.open_order("Kite Swift", words.delivered)
    await expect(seats.item()).to_contain_text(words.delivered)
    await expect(seats.item()).to_contain_text(words.return_possible)

    script.says(
        'A return request can only be initiated if the product\'s status is either "Shipped", "Delivered" or "Delivery '
        'Failed".'
    )
    await expect(seats.button(seats.store, words.return_item, seats.product)).to_be_visible()

    script.says(
        "Prior to reaching this point, returns will not be accepted, ensuring that customers have the chance to assess "
        "the product upon receipt before considering a return."
    )
    await seats.open_order("Teapot Ember", "Tea bowl Moss")
    await expect(seats.item("Tea bowl Moss")).to_contain_text(words.preparing)
    await expect(seats.item("Tea bowl Moss")).to_contain_text(words.cancel_until)
    await expect(seats.item("Tea bowl Moss")).not_to_contain_text(words.return_possible)


async def _the_request_waits_for_the_seller(seats: Seats, script: Script) -> tuple[str, str]:
    words = seats.words
    script.says(
        "For action related to customers, refer to the instructions in the Customer section and follow the steps "
        "provided."
    )
    await seats.open_order("Kite Swift", words.delivered)
    refund = await seats.select_reason(words.no_longer_wanted)
    await seats.return_selected()
    number = await seats.received()

    script.says(
        "Within the refund process, an Omnitron-generated Cancellation/Return Request is created, which is initially "
        'set to a "waiting" status.'
    )
    await expect(seats.omnitron.get_by_role("banner")).to_contain_text("Omnitron")
    await expect(seats.row(number)).to_contain_text(words.return_type)
    await expect(seats.row(number)).to_contain_text(words.waiting)

    script.says("Then, the Seller Center will take steps to process this cancellation request.")
    await seats.seller_center.get_by_role("link", name=words.requests, exact=True).click()
    await expect(seats.row(number, seats.seller_center)).to_contain_text(words.seller)
    return number, refund


async def _the_seller_confirms(seats: Seats, script: Script, number: str, refund: str) -> None:
    words, omnitron = seats.words, seats.omnitron
    script.says(
        "After the refund request has been processed from the customer, the seller is required to confirm the request "
        "for the respective product."
    )
    await seats.button(seats.seller_center, words.confirm_request, number).click()
    dialog = seats.seller_center.get_by_role("dialog", name=words.confirm_request.format(number))
    await expect(dialog.get_by_role("checkbox", name=seats.product)).to_be_checked()
    await expect(dialog.get_by_role("region", name=words.expected_refund)).to_contain_text(refund)

    script.says(
        "This confirmation will be accessible through the Omnitron platform under the Orders > Cancellation/Return "
        "Requests page."
    )
    await expect(omnitron.get_by_role("heading", name=words.requests_page, level=1)).to_be_visible()
    trail = omnitron.get_by_role("main").get_by_role("navigation").first
    await expect(trail).to_have_text(f"{words.orders} › {words.requests_page}")
    await expect(seats.button(seats.row(number), words.confirm_request, number)).to_be_visible()

    script.says(
        "Once the seller confirms the response, the initiation of the return process for the product will begin "
        "automatically."
    )
    await seats.button(dialog, words.confirm).click()
    await expect(seats.row(number, seats.seller_center)).to_have_count(0)  # it no longer waits for the seller
    await expect(seats.item()).to_contain_text(words.return_requested)


async def _the_plan_is_approved_and_refunded(
    seats: Seats, script: Script, shop: Shop, number: str, refund: str
) -> None:
    words, plan = seats.words, seats.plan(number)
    script.says('When the status transitions to "approved," the system will generate the "Cancellation Plan."')
    await expect(seats.row(number)).to_contain_text(words.approved)
    await seats.row(number).get_by_role("link", name=number, exact=True).click()
    await expect(plan).to_be_visible()

    script.says('This plan will specify the transaction type as "refund" and the cancellation status as "approved."')
    await expect(plan.get_by_text(words.refund, exact=True)).to_be_visible()
    await expect(plan.get_by_text(words.approved, exact=True)).to_be_visible()

    script.says("The refund process will be completed.")
    async with shop.working():
        await expect(plan.get_by_text(words.completed, exact=True)).to_be_visible()
        await expect(seats.article(seats.store, number)).to_contain_text(words.refunded)
    await expect(plan).to_contain_text(refund)
    await expect(seats.item()).to_contain_text(words.returned)


async def test_a_refusal_says_why_and_keeps_the_selection(shop: Shop) -> None:
    async with shop.signed_in("Ben Okafor") as customer:
        await open_order(customer, "Kite Swift", "Wooden train", status="Shipping")
        await customer.get_by_role("button", name="Return This Item: Wooden train").click()
        await return_selected(customer)
        refusal = customer.get_by_role("alert")
        await expect(refusal).to_contain_text("Read and accept the Return Policy.")
        await expect(customer.get_by_role("button", name="Reason for Wooden train")).to_be_visible()
