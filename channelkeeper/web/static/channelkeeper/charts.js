/* Charts: ECharts as SVG, nothing moves, loaded only where a page draws and after its first paint. */
(function () {
  "use strict";
  const source = document.currentScript.dataset.echarts;
  const drawn = new Map();
  let library = null;

  function load() {
    library = library || new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = source;
      script.onload = () => resolve(window.echarts);
      script.onerror = reject;
      document.head.append(script);
    });
    return library;
  }

  function colours() {
    const style = getComputedStyle(document.documentElement);
    return new Proxy({}, { get: (_, name) => style.getPropertyValue("--" + name).trim() });
  }
  const font = () => getComputedStyle(document.documentElement).getPropertyValue("--font").trim();
  const grouped = (value) => new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value);
  const alpha = (hex, share) => hex + Math.round(share * 255).toString(16).padStart(2, "0");
  const fill = (length, start, values) => Array.from({ length }, (_, index) => values[index - start] ?? null);

  function niceTop(value, parts) {
    const raw = Math.max(value, 1) / parts, power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].map((size) => size * power).find((size) => size >= raw - 1e-9);
    return { top: step * parts, step };
  }

  const quiet = { animation: false, silent: true, symbol: "none", connectNulls: false, emphasis: { disabled: true } };
  const axisText = (c, size) => ({ color: c["ink-2"], fontSize: size || 12, fontFamily: font() });

  function tooltip(c, formatter) {
    return {
      trigger: "axis", renderMode: "richText", transitionDuration: 0, confine: true, backgroundColor: c.bg, borderColor: c["line-strong"], borderWidth: 1,
      padding: [8, 12], textStyle: { color: c.ink, fontSize: 12, lineHeight: 18, fontFamily: font() }, shadowBlur: 0, shadowColor: "transparent", extraCssText: "",
      axisPointer: { type: "line", animation: false, label: { show: false }, lineStyle: { color: c["ink-3"], type: "solid", width: 1 } }, formatter,
    };
  }

  /* Labels that would lie over another are left out (the tooltip still says them); today comes first. */
  function withRoom(flags, placeOf) {
    const taken = [], shown = new Set();
    [...flags].sort((one, other) => other[2] - one[2]).forEach((flag) => {
      const [from, to] = placeOf(flag);
      if (taken.some(([start, end]) => from < end && to > start)) return;
      taken.push([from, to]);
      shown.add(flag);
    });
    return shown;
  }

  /* --- A product: two grids on one axis ---------------------------------------------------------- */
  function productOption(data, c, width) {
    const weeks = data.axis.length, last = data.past - 1, words = data.words, narrow = width < 560;
    const stockTop = niceTop(Math.max(...data.bandHigh.filter(Number.isFinite), ...data.stock.map(Number), ...data.withOrder.map(Number)) * 1.04, 2);
    const soldTop = niceTop(Math.max(...data.sold.map(Number), ...data.most.map((pair) => Number(pair[1]))) * 1.02, 2);
    const every = narrow ? 8 : 4;
    const category = (grid, labels) => ({
      type: "category", gridIndex: grid, data: data.axis, boundaryGap: true, axisTick: { show: false }, axisLine: { lineStyle: { color: c["line-strong"] } },
      axisLabel: { show: labels, interval: (index) => Math.abs(index - last) % every === 0, ...axisText(c), margin: 10 },
    });
    const value = (grid, scale, name) => ({
      type: "value", gridIndex: grid, min: 0, max: scale.top, interval: scale.step, name, nameLocation: "end", nameGap: grid ? 8 : 8,
      nameTextStyle: { ...axisText(c), align: "left", padding: [0, 0, 0, -40] }, axisLine: { show: false }, axisTick: { show: false },
      splitLine: { lineStyle: { color: c.line } }, axisLabel: { ...axisText(c), formatter: grouped, margin: 12 },
    });
    const line = (name, grid, values, style, more) => ({ ...quiet, type: "line", name, xAxisIndex: grid, yAxisIndex: grid, data: values, lineStyle: style, z: 4, ...more });
    const stacked = (stack, grid, low, high, area, edge) => [
      line(stack + "-low", grid, low, { width: edge ? 1 : 0, color: edge || "transparent" }, { stack, z: 2, stackStrategy: "all" }),
      line(stack + "-high", grid, high.map((top, index) => (top === null || low[index] === null ? null : top - low[index])),
        { width: edge ? 1 : 0, color: edge || "transparent" }, { stack, z: 2, stackStrategy: "all", areaStyle: { color: area, opacity: 1 } }),
    ];
    const tail = (label, colour, offset) => ({ show: true, formatter: label, color: colour, fontWeight: 600, fontSize: 12, fontFamily: font(), distance: 0, offset, position: "right" });
    const withLast = (values, at, label) => values.map((v, index) => (index === at ? { value: v, symbol: "circle", symbolSize: 0.1, label } : v));
    const withOrder = fill(weeks, last, [data.stock[last], ...data.withOrder]), without = fill(weeks, last, [data.stock[last], ...data.withoutOrder]);
    const orderPeak = last + 1 + data.withOrder.indexOf(Math.max(...data.withOrder));
    const median = fill(weeks, data.past, data.median);
    const half = [0, 1].map((side) => fill(weeks, data.past, data.half.map((pair) => pair[side])));
    const most = [0, 1].map((side) => fill(weeks, data.past, data.most.map((pair) => pair[side])));
    const flags = data.flags.map(([at, label]) => [at, label, false]);
    if (last >= 0) flags.push([last, words.today, true]);
    const left = 46, right = narrow ? 8 : 24, step = (width - left - right) / weeks;
    const aligned = ([at, , today]) => (today || at >= weeks - 2 ? "right" : at > last && at < last + 4 ? "left" : "center");
    const shown = withRoom(flags, (flag) => {
      const wide = [...flag[1]].reduce((sum, letter) => sum + (letter > "\u2e80" ? 12 : 7), 6), x = left + (flag[0] + 0.5) * step, side = aligned(flag);
      const from = side === "right" ? x - wide : side === "left" ? x : x - wide / 2;
      return [from, from + wide];
    });
    const marks = (labels) => ({
      silent: true, symbol: "none", animation: false,
      data: flags.map((flag) => ({
        xAxis: flag[0], lineStyle: { color: flag[2] ? c.ink : c["line-strong"], width: 1, type: "solid" },
        label: { show: labels && shown.has(flag), formatter: flag[1], position: "end", distance: [0, 4], color: c["ink-2"], fontSize: 12, fontFamily: font(), align: aligned(flag) },
      })),
    });
    const hatch = { symbol: "rect", symbolSize: 1, rotation: Math.PI / 4, color: c.hatch, backgroundColor: "transparent", dashArrayX: [1, 0], dashArrayY: [1.6, 3] };
    const hatched = {
      ...quiet, type: "bar", name: "out", stack: "sold", xAxisIndex: 1, yAxisIndex: 1, barWidth: "62%", barMaxWidth: 40, z: 3, itemStyle: { color: "transparent", decal: hatch },
      data: data.axis.map((_, at) => (data.out.includes(at) ? soldTop.top * 0.94 - (data.sold[at] || 0) : null)),
    };
    const receipts = {
      type: "scatter", name: "received", data: data.received.map((at) => [at, 0]), silent: true, animation: false, z: 6, cursor: "default",
      symbol: "rect", symbolSize: [2, 10], symbolOffset: [0, -5], itemStyle: { color: c["ink-2"], opacity: 1 },
    };
    return {
      animation: false, textStyle: { fontFamily: font() },
      grid: [{ left, right, top: 38, height: 138 }, { left, right, top: 208, height: 78 }],
      xAxis: [category(0, false), category(1, true)],
      yAxis: [value(0, stockTop, words.stockAxis), value(1, soldTop, words.soldAxis)],
      tooltip: tooltip(c, (points) => productWords(data, points[0].dataIndex)),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      series: [
        ...stacked("band", 0, data.bandLow, data.bandHigh, c["in-tint"], c["in-edge"]),
        line("stock", 0, fill(weeks, 0, data.stock), { width: 1.5, color: c.accent }, { areaStyle: { color: c.accent, opacity: 0.14 }, markLine: marks(true) }),
        line("with", 0, data.withOrder.length ? withLast(withOrder, orderPeak, tail(words.order, c.accent, [4, -6])) : [], { width: 1.5, color: c.accent, type: [4, 3] }, { showSymbol: true, silent: true }),
        line("without", 0, data.withoutOrder.length ? withLast(without, last + data.withoutOrder.length, tail(words.none, c["below-text"], [4, -6])) : [], { width: 1.5, color: c["below-mark"], type: [2, 3] }, { showSymbol: true }),
        receipts,
        { ...quiet, silent: false, type: "bar", name: "sold", stack: "sold", xAxisIndex: 1, yAxisIndex: 1, data: fill(weeks, 0, data.sold), barWidth: "62%", barMaxWidth: 40, itemStyle: { color: c.spark }, markLine: marks(false), z: 3 },
        hatched,
        ...stacked("most", 1, most[0], most[1], alpha(c.accent, 0.14)),
        ...stacked("half", 1, half[0], half[1], alpha(c.accent, 0.2)),
        line("median", 1, median, { width: 2, color: c.accent }, { z: 5 }),
      ],
    };
  }
  function productWords(data, at) {
    const words = data.words, ahead = at - data.past, lines = [data.axis[at]];
    const say = (name, value) => { if (value !== null && value !== undefined) lines.push(`${name}  ${grouped(value)}`); };
    if (ahead < 0) { say(words.stock, data.stock[at]); say(words.sold, data.sold[at]); }
    else {
      say(words.expected, data.median[ahead]);
      if (data.most[ahead]) lines.push(`80%  ${grouped(data.most[ahead][0])}–${grouped(data.most[ahead][1])}`);
      say(words.order, data.withOrder[ahead]); say(words.none, data.withoutOrder[ahead]);
    }
    if (data.bandLow[at] !== null) lines.push(`${words.band}  ${grouped(data.bandLow[at])}–${grouped(data.bandHigh[at])}`);
    if (data.out.includes(at)) lines.push(words.out);
    if (data.received.includes(at)) lines.push(words.received);
    data.flags.filter(([place]) => place === at).forEach(([, label]) => lines.push(label));
    return lines.join("\n");
  }

  /* --- The overview: shares stacked, the line that matters on top --------------------------------- */
  function sharesOption(data, c, width) {
    const weeks = data.axis.length, narrow = width < 560, words = data.words, end = weeks - 1, every = Math.max(Math.round(weeks / (narrow ? 4 : 8)), 1);
    const area = (name, values, colour) => ({ ...quiet, type: "line", name, stack: "all", data: values, lineStyle: { width: 0 }, areaStyle: { color: colour, opacity: 1 }, z: 2 });
    const below = data.inside.map((share, index) => 100 - share - data.above[index]);
    const said = (text, share) => `${text} ${Math.round(share)}%`;
    const ends = [
      [said(words.below, below[end]), 100 - below[end] / 2, c["below-text"], 600], [said(words.above, data.above[end]), data.inside[end] + data.above[end] / 2, c["above-text"], 600],
      [said(words.inside, data.inside[end]), data.inside[end], c["in-text"], 600],
    ];
    if (data.lastYear.length) ends.push([said(words.lastYear, data.lastYear[end]), data.lastYear[end], c["ink-2"], 400]);
    ends.sort((one, other) => other[1] - one[1]);
    for (let index = 1; index < ends.length; index++) ends[index][1] = Math.min(ends[index][1], ends[index - 1][1] - 8);
    const label = ([text, share, colour, weight]) => ({
      value: [end, share], label: { show: true, position: "right", distance: 8, formatter: text, color: colour, fontSize: 12, fontWeight: weight, fontFamily: font() },
    });
    const labels = { type: "scatter", name: "ends", data: ends.map(label), symbolSize: 0.1, itemStyle: { opacity: 1 }, silent: true, animation: false, z: 8, clip: false };
    return {
      animation: false, textStyle: { fontFamily: font() }, grid: { left: 40, right: narrow ? 104 : 116, top: 8, bottom: 26 },
      xAxis: { type: "category", data: data.axis, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: c["line-strong"] } }, axisLabel: { interval: (index) => index % every === 0, ...axisText(c) } },
      yAxis: { type: "value", min: 0, max: 100, interval: 25, axisLabel: { formatter: "{value}%", ...axisText(c) }, splitLine: { show: false } },
      tooltip: tooltip(c, (points) => {
        const at = points[0].dataIndex;
        const lines = [data.axis[at], said(words.below, below[at]), said(words.above, data.above[at]), said(words.inside, data.inside[at])];
        return (data.lastYear.length ? [...lines, said(words.lastYear, data.lastYear[at])] : lines).join("\n");
      }),
      series: [
        area("inside", data.inside, c["in-tint"]), area("above", data.above, c["above-tint"]), area("below", below, c["below-tint"]),
        { ...quiet, type: "line", name: "line", data: data.inside, lineStyle: { width: 2.5, color: c["in-mark"] }, z: 5 },
        { ...quiet, type: "line", name: "year", data: data.lastYear, lineStyle: { width: 1, color: c["ink-2"], type: [4, 3] }, z: 4 },
        { ...quiet, type: "line", name: "best", data: data.best === null ? [] : data.axis.map(() => data.best), lineStyle: { width: 1, color: c["ink-2"], type: [1.5, 3] }, z: 4,
          markPoint: data.best === null ? undefined : { silent: true, symbol: "rect", symbolSize: 0.1, data: [{ coord: [0, data.best], label: { show: true, formatter: said(words.best, data.best), color: c["ink-2"], fontSize: 12, fontFamily: font(), position: "right", offset: [8, 12] } }] } },
        labels,
      ],
    };
  }

  /* --- A replay: days as they were and under the rule, over the band -------------------------------- */
  function replayOption(data, c, width) {
    const weeks = data.axis.length, end = weeks - 1, narrow = width < 560, words = data.words, every = Math.max(Math.round(weeks / (narrow ? 4 : 8)), 1);
    const scale = niceTop(Math.max(data.band[1], ...data.really.map(Number), ...data.rule.map(Number)) * 1.05, 3);
    const line = (name, values, style, more) => ({ ...quiet, type: "line", name, data: values, lineStyle: style, z: 4, ...more });
    const lastOf = (values) => values.reduce((last, value) => (value === null ? last : value), null);
    const ends = [[words.really, lastOf(data.really), c["ink-2"]], [words.rule, lastOf(data.rule), c.accent]].filter(([, days]) => days !== null);
    ends.sort((one, other) => other[1] - one[1]);
    for (let index = 1; index < ends.length; index++) ends[index][1] = Math.min(ends[index][1], ends[index - 1][1] - scale.top * 0.08);
    const label = ([text, days, colour]) => ({
      value: [end, days], label: { show: true, position: "right", distance: 8, formatter: text, color: colour, fontSize: 12, fontWeight: 600, fontFamily: font() },
    });
    return {
      animation: false, textStyle: { fontFamily: font() }, grid: { left: 40, right: narrow ? 96 : 112, top: 28, bottom: 26 },
      xAxis: { type: "category", data: data.axis, boundaryGap: false, axisTick: { show: false }, axisLine: { lineStyle: { color: c["line-strong"] } }, axisLabel: { interval: (index) => index % every === 0, ...axisText(c) } },
      yAxis: { type: "value", min: 0, max: scale.top, interval: scale.step, name: words.days, nameTextStyle: { ...axisText(c), align: "left", padding: [0, 0, 0, -28] }, axisLabel: { formatter: grouped, ...axisText(c) }, splitLine: { lineStyle: { color: c.line } } },
      tooltip: tooltip(c, (points) => {
        const at = points[0].dataIndex, said = (name, days) => (days === null ? [] : [`${name}  ${days.toFixed(1)}`]);
        return [data.axis[at], ...said(words.really, data.really[at]), ...said(words.rule, data.rule[at]), `${words.band}  ${grouped(data.band[0])}–${grouped(data.band[1])}`].join("\n");
      }),
      series: [
        line("really", data.really, { width: 1.5, color: c["ink-2"] }, { markArea: { silent: true, itemStyle: { color: c["in-tint"], borderColor: c["in-edge"], borderWidth: 1 }, data: [[{ yAxis: data.band[0] }, { yAxis: data.band[1] }]] } }),
        line("rule", data.rule, { width: 2.5, color: c.accent }, { z: 5 }),
        { type: "scatter", name: "ends", data: ends.map(label), symbolSize: 0.1, silent: true, animation: false, z: 8, clip: false },
      ],
    };
  }

  const OPTIONS = { product: productOption, shares: sharesOption, replay: replayOption };

  async function dataOf(place) {
    if (place.dataset.chartUrl) return (await fetch(place.dataset.chartUrl, { headers: { Accept: "application/json" } })).json();
    return JSON.parse(document.getElementById(place.dataset.chart).textContent);
  }
  function paint(place, chart, data) {
    chart.setOption(OPTIONS[data.kind](data, colours(), place.clientWidth), { notMerge: true });
    place.dataset.drawn = "true";
  }
  async function draw(place) {
    if (drawn.has(place) || !place.clientWidth) return;
    drawn.set(place, null);
    const [echarts, data] = await Promise.all([load(), dataOf(place)]);
    const chart = echarts.init(place, null, { renderer: "svg" });
    drawn.set(place, { chart, data });
    paint(place, chart, data);
    new ResizeObserver(() => { chart.resize(); paint(place, chart, data); }).observe(place);
  }
  function drawAll(root) {
    (root.matches && root.matches("[data-chart]") ? [root] : Array.from(root.querySelectorAll("[data-chart]"))).forEach(draw);
  }
  const later = (work) => requestAnimationFrame(() => setTimeout(work, 0));
  document.addEventListener("htmx:load", (event) => later(() => drawAll(event.detail.elt)));
  document.addEventListener("ck:theme", () => drawn.forEach((each, place) => each && paint(place, each.chart, each.data)));
  later(() => drawAll(document));
})();
