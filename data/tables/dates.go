package tables

import (
	"strings"
	"time"
)

// dateOrder is the order of year, month and day in dates.
type dateOrder int

// The orders of dates. Dates with points have the day first, those that begin with a year are in
// the order of ISO 8601; other dates can have the day or the month first.
const (
	yearFirst dateOrder = iota
	dayFirst
	monthFirst
	dateOrders // number of orders
)

// parseDate returns the days since 1970-01-01 00:00 UTC of a date, or of a date with a time of day,
// which follows a blank or a T. A time without a zone is in UTC.
func parseDate(cell string, order dateOrder) (days float64, ok bool) {
	cell = strings.TrimSpace(cell)
	year, month, day, rest, ok := calendarDate(cell, order)
	if !ok {
		return 0, false
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if date.Year() != year || int(date.Month()) != month || date.Day() != day {
		return 0, false // such as February 30
	}
	days = float64(date.Unix() / 86400)
	if rest == "" {
		return days, true
	}
	if rest[0] != ' ' && rest[0] != 'T' && rest[0] != 't' {
		return 0, false
	}
	seconds, ok := clockTime(rest[1:])
	return days + seconds/86400, ok
}

// calendarDate splits a date from what follows it.
func calendarDate(cell string, order dateOrder) (year, month, day int, rest string, ok bool) {
	widths := [3]int{2, 2, 4}
	if order == yearFirst {
		widths = [3]int{4, 2, 2}
	}
	var parts [3]int
	var mark byte
	rest = cell
	for k, width := range widths {
		digits := 0
		for digits < min(width, len(rest)) && isDigit(rest[digits]) {
			parts[k] = 10*parts[k] + int(rest[digits]-'0')
			digits++
		}
		if digits == 0 || width == 4 && digits < 4 {
			return 0, 0, 0, "", false
		}
		rest = rest[digits:]
		if k == 2 {
			break
		}
		if rest == "" || k == 1 && rest[0] != mark || !dateMark(rest[0], order) {
			return 0, 0, 0, "", false
		}
		mark, rest = rest[0], rest[1:]
	}
	if rest != "" && isDigit(rest[0]) {
		return 0, 0, 0, "", false
	}
	switch order {
	case dayFirst:
		return parts[2], parts[1], parts[0], rest, true
	case monthFirst:
		return parts[2], parts[0], parts[1], rest, true
	}
	return parts[0], parts[1], parts[2], rest, true
}

// dateMark reports whether a byte may stand between the parts of a date.
func dateMark(b byte, order dateOrder) bool {
	return b == '-' || b == '/' || b == '.' && order == dayFirst
}

// clockTime returns the seconds after midnight UTC of a time of day such as 13:45, 13:45:07.250,
// 13:45Z and 13:45:07+02:00.
func clockTime(text string) (seconds float64, ok bool) {
	hour, text, ok := twoDigits(text, 23)
	if !ok || text == "" || text[0] != ':' {
		return 0, false
	}
	minute, text, ok := twoDigits(text[1:], 59)
	if !ok {
		return 0, false
	}
	seconds = float64(60 * (60*hour + minute))
	if text != "" && text[0] == ':' {
		var second int
		if second, text, ok = twoDigits(text[1:], 60); !ok {
			return 0, false
		}
		seconds += float64(second)
		if text != "" && (text[0] == '.' || text[0] == ',') {
			unit := 1.0
			for text = text[1:]; text != "" && isDigit(text[0]); text = text[1:] {
				unit /= 10
				seconds += unit * float64(text[0]-'0')
			}
		}
	}
	offset, ok := zoneOffset(strings.TrimSpace(text))
	return seconds - offset, ok
}

// zoneOffset returns the seconds that a zone such as Z, UTC, +02, +0200 or -05:30 is ahead of UTC.
func zoneOffset(text string) (seconds float64, ok bool) {
	switch strings.ToUpper(text) {
	case "", "Z", "UTC", "GMT":
		return 0, true
	}
	sign := 1.0
	switch text[0] {
	case '-':
		sign = -1
	case '+':
	default:
		return 0, false
	}
	hour, text, ok := twoDigits(text[1:], 23)
	if !ok || text == "" {
		return sign * 3600 * float64(hour), ok
	}
	minute, text, ok := twoDigits(strings.TrimPrefix(text, ":"), 59)
	return sign * 60 * float64(60*hour+minute), ok && text == ""
}

// twoDigits splits a number of two digits from what follows it.
func twoDigits(text string, most int) (number int, rest string, ok bool) {
	if len(text) < 2 || !isDigit(text[0]) || !isDigit(text[1]) {
		return 0, "", false
	}
	number = 10*int(text[0]-'0') + int(text[1]-'0')
	return number, text[2:], number <= most
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }
