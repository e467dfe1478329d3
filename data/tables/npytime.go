package tables

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// npyUnits are the numbers of a unit of NumPy's times in a second, or the seconds of a unit.
var npyUnits = map[string]struct{ perSecond, seconds int64 }{
	"W": {1, 7 * secondsPerDay}, "D": {1, secondsPerDay}, "h": {1, 3600}, "m": {1, 60}, "s": {1, 1},
	"ms": {1e3, 1}, "us": {1e6, 1}, "ns": {1e9, 1}, "ps": {1e12, 1}, "fs": {1e15, 1},
	"as": {1e18, 1},
}

// npyUnit parses the unit of a type such as <M8[25us].
func npyUnit(name string) (unit string, count int64, ok bool) {
	_, unit, ok = strings.Cut(name, "[")
	unit, closed := strings.CutSuffix(unit, "]")
	digits := len(unit) - len(strings.TrimLeft(unit, "0123456789"))
	count = 1
	if digits > 0 {
		var err error
		if count, err = strconv.ParseInt(unit[:digits], 10, 32); err != nil || count < 1 {
			return "", 0, false
		}
	}
	return unit[digits:], count, ok && closed
}

// setTimes sets how times and durations of 8 bytes become days. It leaves a type of an unknown unit
// without values.
func (t *dtype) setTimes() {
	unit, count, ok := npyUnit(t.name)
	if !ok || t.size != 8 {
		return
	}
	instant := npyInstant(unit, count)
	if instant == nil || t.kind == 'm' && (unit == "Y" || unit == "M") {
		return
	}
	order := t.order
	t.value = func(raw []byte) float64 {
		v := int64(order.Uint64(raw))
		if v == math.MinInt64 { // NumPy's "not a time"
			return math.NaN()
		}
		return daysOf(instant(v))
	}
	if t.kind == 'M' {
		t.instant = func(raw []byte) time.Time { return instant(int64(order.Uint64(raw))) }
	}
}

// npyInstant returns the function that converts a number of count units since 1970 to a time, or
// nil if the unit is not known.
func npyInstant(unit string, count int64) func(v int64) time.Time {
	const most = 1 << 40 // months; beyond, the years of package time overflow
	switch unit {
	case "Y":
		return func(v int64) time.Time {
			return time.Date(1970+int(max(-most, min(most, v))*count), 1, 1, 0, 0, 0, 0, time.UTC)
		}
	case "M":
		return func(v int64) time.Time {
			return time.Date(1970, 1+time.Month(max(-most, min(most, v))*count), 1, 0, 0, 0, 0,
				time.UTC)
		}
	}
	u, known := npyUnits[unit]
	if !known {
		return nil
	}
	return func(v int64) time.Time {
		whole, rest := v/u.perSecond, v%u.perSecond
		if rest < 0 {
			whole, rest = whole-1, rest+u.perSecond
		}
		nanoseconds := float64(rest) / float64(u.perSecond) * 1e9 * float64(count)
		seconds := math.Floor(nanoseconds / 1e9)
		return time.Unix(whole*u.seconds*count+int64(seconds), int64(nanoseconds-1e9*seconds)).UTC()
	}
}

// text decodes a string: of bytes, or of characters of 4 bytes. It reports whether it is valid.
func (t dtype) text(raw []byte) (text string, ok bool) {
	raw = raw[:t.size]
	if t.kind == 'S' {
		return strings.TrimRight(string(raw), "\x00"), true
	}
	var runes []rune
	for ; len(raw) >= 4; raw = raw[4:] {
		c := t.order.Uint32(raw)
		if c > utf8.MaxRune {
			return "", false
		}
		runes = append(runes, rune(c))
	}
	return strings.TrimRight(string(runes), "\x00"), true
}

// isText reports whether elements are strings.
func (t dtype) isText() bool { return t.size > 0 && (t.kind == 'U' || t.kind == 'S') }
