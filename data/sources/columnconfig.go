package sources

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ColumnConfig is an element of `columns`: how a column is written in figures. It changes no
// number.
type ColumnConfig struct {
	// Name is that of the column. The name of a category stands for all its columns of 0 and 1.
	Name string `yaml:"name"`
	// Label is what figures write instead of the name. _{...} sets a subscript, and ^{...} a
	// superscript, as in p_{T} or m^{2}. Other letters are written as they are, as in η.
	Label string `yaml:"label"`
	// Unit is the unit of the column, as in GeV. Figures write it in brackets.
	Unit string `yaml:"unit"`
}

// mostLabel is how many characters a label or a unit of a column may have.
const mostLabel = 80

// labels checks the names and the texts of columns. Which columns there are is known when the
// source is opened.
func (v validation) labels(all []ColumnConfig) {
	var names []string
	for i, c := range all {
		path := "columns" + index(i)
		switch {
		case c.Name == "":
			v.say(path+".name", "is missing; want the name of a column")
		case slices.Contains(names, c.Name):
			v.say(path+".name", "is %q, as that of an element before", c.Name)
		}
		names = append(names, c.Name)
		if c.Label == "" && c.Unit == "" {
			v.say(path, "has neither a label nor a unit")
		}
		v.label(path+".label", c.Label)
		v.label(path+".unit", c.Unit)
	}
}

// label checks a text that figures write.
func (v validation) label(path, text string) {
	if utf8.RuneCountInString(text) > mostLabel || !utf8.ValidString(text) ||
		strings.ContainsFunc(text, func(r rune) bool { return !unicode.IsPrint(r) }) {
		v.say(path, "want at most %d characters of one line that can be printed", mostLabel)
		return
	}
	if !isMarkup(text) {
		v.say(path, "is %q; want scripts as in p_{T} and m^{2}, without scripts inside them, and "+
			"letters as they are, as in η; a backslash and other braces are not understood", text)
	}
}

// isMarkup reports whether figures draw all of a text: its braces are those of scripts, which do
// not nest, and it has no command of LaTeX.
func isMarkup(text string) bool {
	inside := false
	var before rune
	for _, r := range text {
		switch r {
		case '\\':
			return false
		case '{':
			if inside || (before != '_' && before != '^') {
				return false
			}
			inside = true
		case '}':
			if !inside || before == '{' {
				return false
			}
			inside = false
		}
		before = r
	}
	return !inside
}
