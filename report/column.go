package report

import (
	"html"
	"html/template"
	"regexp"
	"strings"

	"sparker/findings"
	"sparker/results"
)

// script is a subscript or a superscript of a label.
var script = regexp.MustCompile(`([_^])\{([^{}]*)\}`)

// superscripts are the characters of numbers above the line.
var superscripts = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵",
	"6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "-", "⁻", "−", "⁻", "+", "⁺")

// plainScripts writes a label where scripts cannot be set: numbers above the line by characters of
// their own, and other scripts behind _ and ^.
func plainScripts(label string) string {
	return script.ReplaceAllStringFunc(label, func(s string) string {
		text := s[2 : len(s)-1]
		if s[0] == '^' && text != "" && strings.Trim(text, "0123456789-−+") == "" {
			return superscripts.Replace(text)
		}
		return s[:1] + text
	})
}

// setScripts writes a label with its scripts set.
func setScripts(label string) template.HTML {
	text := html.EscapeString(label)
	return template.HTML(script.ReplaceAllStringFunc(text, func(s string) string {
		tag := "sub"
		if s[0] == '^' {
			tag = "sup"
		}
		return "<" + tag + ">" + s[2:len(s)-1] + "</" + tag + ">"
	}))
}

// column describes column i of the test. A category of words, which has a column for each word, and
// a column that the record lacks have their names alone.
func (s Section) column(i int, name string) results.Column {
	if i >= 0 && i < len(s.Record.Columns) && s.Record.Columns[i].Name == name {
		return s.Record.Columns[i]
	}
	return results.Column{Name: name}
}

// heading writes the column of some bins above its chart.
func (s Section) heading(b findings.Bins) template.HTML {
	return setScripts(line(s.column(b.Column, b.Name).Title()))
}

// columnTitle writes the column of some bins as a text.
func (s Section) columnTitle(b findings.Bins) string {
	return plainScripts(line(s.column(b.Column, b.Name).Title()))
}

// columnCell writes a column in a table: its label, with its name in parentheses because sentences
// use that, and its unit.
func (s Section) columnCell(f findings.Feature) string {
	c := s.column(f.Column, f.Name)
	if c.Label != "" && c.Label != c.Name {
		c.Label += " (" + c.Name + ")"
	}
	return plainScripts(line(c.Title()))
}
