/* The gauge while a quantity is typed: a twin of channelkeeper/web/gauge.py. A browser test draws
   a table of cases with both and compares the markup, letter by letter. */
(function () {
  "use strict";
  const SCALE = 60, ARROW_LEAST = 5.5;
  const MARKS = { below: "#D9650A", in: "#0D8B7B", above: "#7A4FD6" };
  const TEXTS = { below: "#A94600", in: "#0A6B5E", above: "#6438B8" };
  const TRACK = "#C3C9D1", TINT = "#D8EFEB", EDGE = "#43988B", INK_2 = "#4F5660", PAPER = "#FFFFFF";
  const S = { size: "s", width: 120, height: 16, pad: 6, band: 12, dot: 4, ring: 3.5, ringStroke: 1.5, nearDot: 3.5,
    nearRing: 5.5, nearStroke: 1, headLong: 4, headHigh: 5, text: 11, digit: 6.5, chevron: 4, near: 5 };
  const M = { size: "m", width: 358, height: 20, pad: 8, band: 16, dot: 5, ring: 4.25, ringStroke: 2, nearDot: 4.5,
    nearRing: 7.25, nearStroke: 1.25, headLong: 6, headHigh: 7, text: 14, digit: 8.25, chevron: 5, near: 6.25 };

  const two = (value) => Math.round(value * 100) / 100;
  const n = (value) => String(two(value));
  const whole = (days) => Math.floor(days + 0.5);
  const edgeOf = (circle) => circle.r + (circle.stroke || 0) / 2;
  const stateOf = (days, low, high) => (days < low ? "below" : days > high ? "above" : "in");
  const place = (m, days) => two(m.pad + ((m.width - 2 * m.pad) / SCALE) * Math.min(Math.max(days, 0), SCALE));

  function arrow(dot, tip) {
    const side = tip > dot.x ? 1 : -1, tail = dot.x + side * (dot.r + 1.5);
    return side * (tip - tail) >= ARROW_LEAST ? { tail: two(tail), tip: two(tip) } : null;
  }

  function beyond(m, days, state, bold) {
    const tip = m.width - m.pad, number = String(whole(days)), end = tip - m.chevron - 3;
    return { number, end, start: two(end - m.digit * number.length - 4), tip, state, bold };
  }

  function clearNumber(over, dot) {
    if (dot.x + edgeOf(dot) + 1 <= over.start) return over;
    const start = over.end + 1;
    return dot.x + edgeOf(dot) + 1 <= start ? { ...over, number: "", start } : null;
  }

  function layout(given) {
    const m = given.size === "M" ? { ...M, width: given.width || M.width } : S;
    const low = given.low, high = given.high, now = given.now, after = given.after;
    const drawn = { m, band: [place(m, low), place(m, high)], track: [place(m, 0), place(m, SCALE)], endTick: true };
    if (now === null) return { ...drawn, dashed: true };
    const nowState = given.state || stateOf(now, low, high);
    const afterState = after === null ? null : given.afterState || stateOf(after, low, high);
    if (given.estimatedLow !== null && given.estimatedHigh !== null)
      drawn.interval = [place(m, given.estimatedLow), place(m, given.estimatedHigh), nowState];
    const ring = after === null ? null : { x: place(m, after), r: m.ring, state: afterState, stroke: m.ringStroke, filled: true };
    if (now > SCALE) {
      const over = beyond(m, now, nowState, true);
      const clear = ring && after <= SCALE && ring.x + edgeOf(ring) <= over.start ? ring : null;
      return { ...drawn, track: [drawn.track[0], over.start], endTick: false, ring: clear, over };
    }
    const dot = { x: place(m, now), r: m.dot, state: nowState };
    if (after !== null && after > SCALE) {
      const over = clearNumber(beyond(m, after, afterState, false), dot);
      if (!over) return { ...drawn, dot };
      return { ...drawn, track: [drawn.track[0], over.start], endTick: false, arrow: arrow(dot, over.start - 1), dot, over };
    }
    if (after === null || (now !== after && whole(now) === whole(after))) return { ...drawn, dot };
    const gap = Math.abs(ring.x - dot.x);
    if (gap < m.near)
      return { ...drawn, dot: { ...dot, r: m.nearDot }, ring: { ...ring, r: m.nearRing, stroke: m.nearStroke, filled: false } };
    if (gap <= edgeOf(dot) + edgeOf(ring) + 1) return { ...drawn, dot: { ...dot, halo: true }, ring };
    const away = dot.x > ring.x ? 1 : -1;
    return { ...drawn, dot, ring, arrow: arrow(dot, ring.x + away * (edgeOf(ring) + 1)) };
  }

  const rect = (shape, x, y, width, height, fill, more) =>
    `<rect class="${shape}" x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}" fill="${fill}"${more || ""}/>`;

  function circle(c, mid) {
    if (!c) return "";
    const at = `cx="${n(c.x)}" cy="${n(mid)}"`, mark = MARKS[c.state];
    if (!c.stroke) {
      const halo = c.halo ? `<circle class="ck-g-paper" ${at} r="${n(c.r + 1)}" fill="${PAPER}"/>` : "";
      return `${halo}<circle class="ck-g-dot ck-g-fill-${c.state}" ${at} r="${n(c.r)}" fill="${mark}"/>`;
    }
    const kind = c.filled ? "ck-g-ring" : "ck-g-near", fill = c.filled ? PAPER : "none";
    return `<circle class="${kind} ck-g-line-${c.state}" ${at} r="${n(c.r)}" fill="${fill}" stroke="${mark}" stroke-width="${n(c.stroke)}"/>`;
  }

  function inner(d) {
    const m = d.m, mid = m.height / 2, y = n(mid), [left, right] = d.band, top = mid - m.band / 2;
    let out = rect("ck-g-band", left, top, right - left, m.band, TINT);
    out += `<path class="ck-g-track" d="M${n(d.track[0])} ${y}H${n(d.track[1])}" stroke="${TRACK}" stroke-width="2"${d.dashed ? ' stroke-dasharray="2 3"' : ""}/>`;
    out += rect("ck-g-tick", d.track[0], mid - 3, 1, 6, TRACK);
    if (d.endTick) out += rect("ck-g-tick", d.track[1] - 1, mid - 3, 1, 6, TRACK);
    out += rect("ck-g-edge", left, top, 1, m.band, EDGE) + rect("ck-g-edge", right - 1, top, 1, m.band, EDGE);
    if (d.interval) {
      const [from, to, state] = d.interval;
      out += rect(`ck-g-fill-${state}`, from, mid - 3, to - from, 6, MARKS[state], ' rx="3" fill-opacity=".35"');
    }
    if (d.arrow) {
      const { tail, tip } = d.arrow, base = tip > tail ? tip - m.headLong : tip + m.headLong, half = m.headHigh / 2;
      out += `<path class="ck-g-arrow" d="M${n(tail)} ${y}H${n(base)}" stroke="${INK_2}" stroke-width="2"/>`;
      out += `<path class="ck-g-head" d="M${n(tip)} ${y}L${n(base)} ${n(mid - half)}V${n(mid + half)}Z" fill="${INK_2}"/>`;
    }
    out += circle(d.ring, mid) + circle(d.dot, mid);
    if (d.over) {
      const o = d.over, c = m.chevron;
      out += `<text class="ck-g-text-${o.state}" x="${n(o.end)}" y="${n(mid + m.text * 0.36)}" text-anchor="end" font-size="${n(m.text)}" font-weight="${o.bold ? 600 : 400}" fill="${TEXTS[o.state]}">${o.number}</text>`;
      out += `<path class="ck-g-line-${o.state}" d="M${n(o.tip - c)} ${n(mid - c)}L${n(o.tip)} ${n(mid)}L${n(o.tip - c)} ${n(mid + c)}" fill="none" stroke="${MARKS[o.state]}" stroke-width="2"/>`;
    }
    return out;
  }

  /* Redraws an svg that the server drew; `label` is what it now says. */
  function redraw(svg, given, label) {
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = label;
    svg.innerHTML = inner(layout(given));
    svg.prepend(title);
    svg.setAttribute("aria-label", label);
  }

  window.ckGauge = { layout, inner, redraw, stateOf, whole };
})();
