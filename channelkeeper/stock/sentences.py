"""What this room says: findings of the close, faults that only the stock of reports can know, refusals."""

from collections.abc import Mapping

from channelkeeper.core.sentences import Text

TEXTS: Mapping[str, Text] = {
    # Findings of the close. Where several products are meant, the worst one is named.
    "findings.kind_stock_out": Text("断货", "Out of stock"),
    "stock.below_band": Text(
        "{count:whole}个品种会断货：{product_zh}只够{days:days}天，等不到{arrives_on:day}。",
        "{count:whole} will run out: {product_en} lasts {days:days} days, not until {arrives_on:day}.",
    ),
    "stock.below_band_one": Text(
        "{product_zh}会断货：只够{days:days}天，等不到{arrives_on:day}。",
        "{product_en} will run out: it lasts {days:days} days, not until {arrives_on:day}.",
    ),
    "stock.above_band": Text(
        "{amount:money}压在{count:whole}个品种上，总共{total_days:days1}天；{product_zh}最多，{days:days}天。",
        "{amount:money} lies above the band in {count:whole} products, {total_days:days1} days in all; most of it in "
        "{product_en}, {days:days} days.",
    ),
    "stock.above_band_one": Text(
        "{amount:money}压在{product_zh}上：{days:days}天。",
        "{amount:money} lies above the band in {product_en}: {days:days} days.",
    ),
    "stock.above_band_unpriced": Text(
        "{count:whole}个品种压货，{product_zh}最多，{days:days}天；没有价格，算不出金额。",
        "{count:whole} products lie above the band, {product_en} most of all, {days:days} days; without a price "
        "nothing can be said in money.",
    ),
    "stock.above_band_unpriced_one": Text(
        "{product_zh}压货：{days:days}天；没有价格，算不出金额。",
        "{product_en} lies above the band: {days:days} days; without a price nothing can be said in money.",
    ),
    "stock.near_expiry": Text(
        "{count:whole}个品种有货会过期，共{amount:money}：{product_zh}临期{near_expiry_units:whole}个，照现在卖"
        "{expiring_units:whole}个卖不完。",
        "In {count:whole} products goods will expire, {amount:money} in all: of {product_en} "
        "{near_expiry_units:whole} pieces are near expiry and {expiring_units:whole} will not sell in time.",
    ),
    "stock.near_expiry_one": Text(
        "{product_zh}临期{near_expiry_units:whole}个，照现在卖{expiring_units:whole}个卖不完，共{amount:money}；"
        "算天数时不算它们。",
        "{product_en}: {near_expiry_units:whole} pieces are near expiry, {expiring_units:whole} of the stock will not "
        "sell in time, {amount:money}; they are no cover.",
    ),
    "stock.slow_moving": Text(
        "{count:whole}个品种滞销，压着{amount:money}：{product_zh}有{on_hand_units:whole}个，够卖{lasts_days:days}天。",
        "{count:whole} products lie still, {amount:money}: {product_en} most of all, {on_hand_units:whole} pieces "
        "that last {lasts_days:days} days.",
    ),
    "stock.slow_moving_one": Text(
        "{product_zh}滞销：有{on_hand_units:whole}个，够卖{lasts_days:days}天，压着{amount:money}。",
        "{product_en} lies still: {on_hand_units:whole} pieces that last {lasts_days:days} days, {amount:money}.",
    ),
    "stock.slow_moving_idle": Text(
        "{count:whole}个品种滞销，压着{amount:money}：{product_zh}有{on_hand_units:whole}个，{idle_weeks:whole}周一个没卖。",
        "{count:whole} products lie still, {amount:money}: of {product_en} there are {on_hand_units:whole} pieces and "
        "none was sold in {idle_weeks:whole} weeks.",
    ),
    "stock.slow_moving_idle_one": Text(
        "{product_zh}滞销：有{on_hand_units:whole}个，{idle_weeks:whole}周一个没卖，压着{amount:money}。",
        "{product_en} lies still: {on_hand_units:whole} pieces and none sold in {idle_weeks:whole} weeks, "
        "{amount:money}.",
    ),
    "stock.stock_out": Text(
        "{count:whole}个品种断货，一周少卖约{amount:money}；先补{product_zh}。",
        "{count:whole} are out of stock, about {amount:money} of sales a week; {product_en} first.",
    ),
    "stock.stock_out_one": Text(
        "{product_zh}断货，一周少卖约{amount:money}。",
        "{product_en} is out of stock, about {amount:money} of sales a week.",
    ),
    "stock.report_late": Text(
        "{week:week}的周报迟了，{received_on:day}才到。", "The report of {week:week} came late, on {received_on:day}."
    ),
    "stock.report_missing": Text(
        "{week:week}的周报还没到，库存是估的。",
        "The report of {week:week} is missing; the stock is an estimate.",
    ),
    "stock.report_missing_long": Text(
        "连着{missing_weeks:whole}周没有周报，最后一份是{last_week:week}的。",
        "No report for {missing_weeks:whole} weeks; the last one was for {last_week:week}.",
    ),
    "stock.report_never": Text("还没交过周报。", "No report has ever come."),
    "stock.figures_copied": Text(
        "像是照抄上周：{moving:whole}个有进出的品种里，{same:whole}个的数和上周一样。",
        "Looks like last week's figures: {same:whole} of {moving:whole} moving products have the same ones.",
    ),
    "stock.does_not_balance": Text(
        "{count:whole}个品种的账不平：{product_zh}照算该剩{expected:whole}个，报的是{written:whole}个。",
        "{count:whole} do not balance: {product_en} should have {expected:whole} pieces left, the report says "
        "{written:whole}.",
    ),
    "stock.kept_in_band": Text(
        "最近{closes:whole}周里{kept:whole}周总库存在带内，品种有{share:percent}在带内。",
        "In band in {kept:whole} of the last {closes:whole} weeks, {share:percent} of the products inside.",
    ),
    # Faults of a file that its own cells cannot show.
    "stock.week_not_closed": Text(
        "{week:week}到{sunday:day}夜里才结束，下周一再报。",
        "Week {label} ends on the night of {sunday:day}. Send the report from the Monday after.",
    ),
    "stock.week_too_old": Text(
        "{label}是五年多以前的一周，是不是写错了？",
        "{label} lies more than five years back. Is it a slip of the pen?",
    ),
    "stock.superseded": Text(
        "这份文件{received_on:day}收过，后来改过了：现在算数的是第{version:whole}版，{newer_on:day}收的。"
        "要改，就在新的文件里改好再传。",
        "This file was taken in on {received_on:day} and corrected since: version {version:whole} of {newer_on:day} "
        "counts. To correct it again, send a changed file.",
    ),
    "stock.too_many_units": Text(
        "一周{units:whole}个太多了，是不是多打了几位？",
        "{units:whole} pieces in a week are too many. Is there a digit too many?",
    ),
    # Faults of a file of shipments.
    "stock.no_such_distributor": Text(
        "没有编码是“{value}”的经销商。", "There is no distributor with the code “{value}”."
    ),
    "stock.no_such_product": Text("没有编码是“{value}”的品种。", "There is no product with the code “{value}”."),
    "stock.number_too_long": Text("这个号最多{length}个字。", "This number has at most {length} characters."),
    "stock.shipment_differs": Text(
        "发货单{value}前面的行写的是别的经销商、订单或日期。",
        "An earlier row of shipment {value} names another distributor, order or day.",
    ),
    "stock.shipment_product_twice": Text(
        "发货单{number}里{value}写了两行，合成一行。", "{value} stands twice in shipment {number}. Make it one row."
    ),
    "stock.cases_or_units": Text("箱数和个数填一个，只填一个。", "Fill in either cases or pieces, and only one."),
    "stock.no_quantity": Text("{value:whole}不是能发的数。", "{value:whole} is no quantity that can be shipped."),
    "stock.arrives_before": Text(
        "到货不能早于发货（{shipped_on:day}）。", "It cannot arrive before it is shipped on {shipped_on:day}."
    ),
    "stock.number_taken": Text("发货单号{value}已经用过了。", "The shipment number {value} is taken already."),
    # Receipts, counts by hand and what makes a report worth a count.
    "findings.kind_receipts_differ": Text("收货对不上", "Receipts differ"),
    "findings.kind_count_differs": Text("盘点不符", "Count differs"),
    "stock.receipts_differ": Text(
        "{count:whole}个品种的收货和发货对不上，涉及{amount:money}：{product_zh}该收{expected:whole}个，"
        "报的是{written:whole}个。",
        "{count:whole} receipts differ from what was shipped, {amount:money}: {product_en} should have received "
        "{expected:whole} pieces, the report says {written:whole}.",
    ),
    "stock.receipts_differ_one": Text(
        "{product_zh}的收货和发货对不上：该收{expected:whole}个，报的是{written:whole}个，涉及{amount:money}。",
        "The receipts of {product_en} differ from what was shipped: {expected:whole} pieces should have come, the "
        "report says {written:whole}; {amount:money}.",
    ),
    "stock.count_differs": Text(
        "{counted_on:day}盘点，{count:whole}个品种和周报不符，涉及{amount:money}：{product_zh}报{written:whole}个，"
        "盘到{expected:whole}个。",
        "Counted on {counted_on:day}, {count:whole} differ from the report, {amount:money}: {product_en} was reported "
        "with {written:whole} pieces and counted with {expected:whole}.",
    ),
    "stock.count_differs_one": Text(
        "{counted_on:day}盘点，{product_zh}报{written:whole}个，盘到{expected:whole}个，涉及{amount:money}。",
        "Counted on {counted_on:day}: {product_en} was reported with {written:whole} pieces and counted with "
        "{expected:whole}; {amount:money}.",
    ),
    "stock.sign_copied": Text(
        "{moving:whole}个有进出的品种里，{same:whole}个的数和上周一样",
        "{same:whole} of {moving:whole} moving products have last week's figures",
    ),
    "stock.sign_negative_sales": Text(
        "{lines:whole}个品种照账算卖成了负数", "{lines:whole} products sold less than nothing by their balance"
    ),
    "stock.sign_beyond_stock": Text(
        "{lines:whole}个品种卖得比有的还多", "{lines:whole} products sold more than there was"
    ),
    "stock.sign_round": Text(
        "{told:whole}个数里{round:whole}个是整十的", "{round:whole} of {told:whole} figures end in zero"
    ),
    "stock.sign_jump": Text(
        "{category_zh}卖得是平时的{times:days1}倍，同办事处的都没有这样",
        "{category_en} sold {times:days1} times the usual, none of its neighbours did",
    ),
    "stock.sign_receipts": Text(
        "{lines:whole}个品种的收货和发货对不上", "{lines:whole} receipts differ from what was shipped"
    ),
    "stock.sign_balance": Text("{lines:whole}个品种的账不平", "{lines:whole} products do not balance"),
    "stock.sign_count": Text(
        "{counted_on:day}盘点，{of:whole}个品种里{lines:whole}个和周报不符",
        "counted on {counted_on:day}, {lines:whole} of {of:whole} products differed from the report",
    ),
    "stock.sign_missing": Text(
        "{missing_weeks:whole}周没有周报，不盘点就不能发货",
        "no report for {missing_weeks:whole} weeks: nothing can be sent without a count",
    ),
    # Words to copy into a chat.
    "stock.remind": Text(
        "{name}，{week:week}（{monday:day}到{sunday:day}）的进销存周报还没收到，麻烦今天发一下，Excel直接发就行。",
        "{name}, the stock report of {week:week} ({monday:day} to {sunday:day}) has not come yet. Please send it "
        "today; the Excel file as it is will do.",
    ),
    "stock.remind_all": Text(
        "{week:week}（{monday:day}到{sunday:day}）的进销存周报还差这几家：{names}。麻烦今天发一下，Excel直接发就行。",
        "The stock reports of {week:week} ({monday:day} to {sunday:day}) are still missing from: {names}. Please send "
        "them today; the Excel file as it is will do.",
    ),
    # Faults of counts.
    "stock.count_product_twice": Text("{value}写了两行，合成一行。", "{value} stands in two rows. Make it one."),
    "stock.count_ahead": Text("{value:day}还没到。", "{value:day} lies ahead."),
    "stock.count_too_old": Text(
        "{value:day}是半年多以前，改不了什么了。", "{value:day} lies more than half a year back: it changes nothing."
    ),
    "stock.count_movement_missing": Text(
        "{sunday:day}以后卖了多少、收了多少要写上，没有就写0。",
        "Write what was sold and received since {sunday:day}, 0 where nothing was.",
    ),
    "stock.count_nothing_counted": Text(
        "箱数和个数至少填一个，没有货就填0。", "Fill in cases or pieces, 0 for nothing."
    ),
    "stock.count_below_zero": Text(
        "盘到{counted:whole}个，收了{received:whole}个：周日的库存成了负数，漏了卖出的？",
        "{counted:whole} counted and {received:whole} received since leave less than nothing on Sunday. "
        "Are sales missing?",
    ),
    "stock.count_near_expiry": Text(
        "临期的不会比盘到的{counted:whole}个还多。", "No more can be near expiry than the {counted:whole} counted."
    ),
    "stock.count_reason_missing": Text("写一句为什么作废。", "Say in a few words why it is withdrawn."),
    "stock.count_withdrawn": Text("这次盘点已经作废了。", "This count is withdrawn already."),
    # Faults of sell-in.
    "stock.sell_in_week_or_month": Text(
        "周和月份填一个，只填一个。", "Fill in either a week or a month, and only one."
    ),
    "stock.sell_in_no_week": Text("“{value}”不是一周，写成2026-W05。", "“{value}” is no week. Write 2026-W05."),
    "stock.sell_in_no_month": Text("“{value}”不是月份，写成2026-05。", "“{value}” is no month. Write 2026-05."),
    "stock.sell_in_ahead": Text("{value}还没过完。", "{value} has not ended."),
    "stock.sell_in_too_old": Text("{value}太早了，只要最近两年的。", "{value} is too old: two years are enough."),
    "stock.sell_in_twice": Text(
        "{product}的{value}写了两行，合成一行。", "{value} of {product} stands in two rows. Make it one."
    ),
    # Faults of bands.
    "stock.no_such_category": Text("没有编码是“{value}”的品类。", "There is no category with the code “{value}”."),
    "stock.band_of_nothing": Text("品种、品类、经销商至少填一个。", "Name a product, a category or a distributor."),
    "stock.band_of_both": Text("品种和品类只能填一个。", "Name either a product or a category, not both."),
    "stock.band_of_all": Text(
        "办事处经理只能定自己经销商的带，填上经销商。",
        "An office manager sets bands of own distributors only. Name the distributor.",
    ),
    "stock.band_needed": Text("开始日期、下限、上限都要填。", "First day, low and high days are all needed."),
    "stock.band_ends": Text(
        "{low}到{high}天不行：下限要大于0，上限要大于下限，最多{most:whole}天。",
        "{low} to {high} days is no band: above 0, low before high, at most {most:whole} days.",
    ),
    "stock.band_too_fine": Text("{value}太细，最多一位小数。", "{value} is too fine: one decimal at most."),
    "stock.band_period": Text("最后一天不能在开始之前。", "The last day cannot lie before the first."),
    "stock.band_reason_long": Text("原因最多{most:whole}个字。", "A reason has at most {most:whole} characters."),
    "stock.band_twice": Text(
        "从{value:day}开始的写了两行，合成一行。", "Two rows begin on {value:day}. Make them one."
    ),
    "stock.band_overlaps": Text(
        "后面从{starts_on:day}起另有一条，在那之前结束。",
        "Another of the same begins on {starts_on:day}: end before it, or change that one.",
    ),
    "stock.band_ends_already": Text("到{last_on:day}已经结束了。", "It ends on {last_on:day} already."),
    # Refusals of actions.
    "stock.not_waiting": Text(
        "这份文件已经处理过了，不能再改。", "This file is settled already and can no longer be changed."
    ),
    "stock.still_faulty": Text(
        "还有{left:whole}处要改，改好才能收下。", "{left:whole} places are still to mend before it can be taken in."
    ),
    "stock.not_an_answer": Text("“{value}”不是这个问题的答案。", "“{value}” is no answer to this question."),
    "stock.not_a_cell": Text("表里没有“{cell}”这一格。", "The table has no cell “{cell}”."),
    "stock.too_many_changes": Text(
        "改的地方太多了（{most:whole}处以上），改好文件再传。",
        "More than {most:whole} places were changed here. Mend the file itself and send it again.",
    ),
}
