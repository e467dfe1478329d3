// Package clean prepares texts that others wrote, such as the names of columns, labels and paths,
// for the places where they are shown. A terminal obeys escape sequences, a Markdown viewer shows
// HTML and links, a spreadsheet computes formulas, and an SVG document with a control character
// cannot be read. Every text is cleaned at the border, by one function for each kind of place, so
// that records hold it as it is.
package clean

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// visible reports whether a character changes nothing but the place where it stands. Control
// characters, marks of the writing direction and separators of lines do more. Joiners, which emoji
// and some scripts need, do not.
func visible(r rune) bool {
	const nonJoiner, joiner = '\u200c', '\u200d'
	return unicode.IsPrint(r) || unicode.Is(unicode.Zs, r) || r == joiner || r == nonJoiner
}

// Terminal returns a text of several lines in which every character that a terminal may obey is
// written as an escape, such as \u001b. In the strings of JSON, such an escape stands for the same
// character. Bytes that are not UTF-8 become U+FFFD. Line feeds and tabs stay.
func Terminal(text string) string {
	harmless := func(r rune) bool { return r == '\n' || r == '\t' || visible(r) }
	if utf8.ValidString(text) && strings.IndexFunc(text, not(harmless)) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if harmless(r) {
			b.WriteRune(r)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, r) {
			fmt.Fprintf(&b, `\u%04x`, unit)
		}
	}
	return b.String()
}

// not returns the negation of a property of characters.
func not(property func(rune) bool) func(rune) bool {
	return func(r rune) bool { return !property(r) }
}

// Line returns at most some number of characters of a text, on one line. A single space replaces
// line breaks and characters that cannot be printed.
func Line(text string, most int) string {
	line := []rune(strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || !visible(r)
	}), " "))
	if len(line) > most {
		return string(line[:most-1]) + "…"
	}
	return string(line)
}

// Markdown returns a text of one line in a form that Markdown shows literally, also in a table and
// in a heading: no markup, no HTML, no link.
func Markdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strings.ContainsRune("\\`*_{}[]()<>#+!|~&$:@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Block returns a text of several lines as a code block of Markdown. The language may be empty. The
// fence is longer than any run of backticks in the text, which so cannot end the block.
func Block(language, text string) string {
	text = Terminal(text)
	longest, run := 2, 0
	for _, r := range text {
		run++
		if r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	if !strings.HasSuffix(text, "\n") {
		text += "\n"
	}
	return fence + language + "\n" + text + fence + "\n"
}

// Figure returns a text as it can be drawn, and written into an SVG document: spaces replace
// control characters and others that cannot be printed.
func Figure(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '\n' || visible(r) {
			return r
		}
		return ' '
	}, strings.ToValidUTF8(text, "?"))
}

// CSV returns a cell of a CSV file. A spreadsheet takes a cell that begins with =, +, -, @, a tab
// or a carriage return for a formula. Such a cell gets an apostrophe in front, unless it is a
// number. Characters that a terminal may obey are escapes, as [Terminal] writes them, and lines end
// with a line feed.
func CSV(cell string) string {
	cell = Terminal(strings.ReplaceAll(cell, "\r\n", "\n"))
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// CSVLine returns the cells of a line of a CSV file, each by [CSV].
func CSVLine(cells []string) []string {
	line := make([]string, len(cells))
	for i, cell := range cells {
		line[i] = CSV(cell)
	}
	return line
}
