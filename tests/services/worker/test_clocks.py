from tests.market import Market
async def test_x(market: Market) -> None:
    order = await market.order()
    r = await market.request(order, lamp=1)
    market.clock.pass_by(days=4)
    await market.work()
    print(await market.rows("select * from cancellation_request"))
