package sources

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"sparker/data/tables"
)

// CSV says how files of separated values are written. A key that is left out is found out from the
// first rows of a file. Every character may be given by its name or as itself.
type CSV struct {
	// Delimiter is the character between the cells of a line.
	Delimiter string `yaml:"delimiter"`
	// Decimal is the character between the whole and the fractional part of a number.
	Decimal string `yaml:"decimal"`
	// Thousands is the character between groups of three digits of a number.
	Thousands string `yaml:"thousands"`
	// Header says whether the first line names the columns. auto is the default.
	Header string `yaml:"header"`
	// NA lists cells that stand for a missing value, in addition to empty cells, NA, NaN, null and
	// none.
	NA Words `yaml:"na"`
}

// The words of the keys of CSV. All of these keys may be left out.
var (
	// Delimiters are the words of the key csv.delimiter.
	Delimiters = []string{"comma", "semicolon", "tab", "space", "bar"}
	// Decimals are the words of the key csv.decimal.
	Decimals = []string{"point", "comma"}
	// Thousands are the words of the key csv.thousands.
	Thousands = []string{"comma", "point", "space", "apostrophe", "underscore"}
	// Headers are the words of the key csv.header.
	Headers = []string{headerAuto, headerYes, headerNo}
)

const (
	headerAuto = "auto"
	headerYes  = "yes"
	headerNo   = "no"
)

// characters are the names of characters in a CSV block.
var characters = map[string]rune{"comma": ',', "semicolon": ';', "tab": '\t', "space": ' ',
	"bar": '|', "point": '.', "apostrophe": '\'', "underscore": '_'}

// characterOf returns the character that a word stands for, or 0 if it stands for none. If names is
// not nil, the character must be that of one of the names.
func characterOf(word string, names []string) rune {
	c, known := characters[word]
	if !known {
		var size int
		if c, size = utf8.DecodeRuneInString(word); size != len(word) || c == utf8.RuneError {
			return 0
		}
	}
	isC := func(name string) bool { return characters[name] == c }
	if names != nil && !slices.ContainsFunc(names, isC) {
		return 0
	}
	return c
}

// dialect returns the block in the form of package tables.
func (c CSV) dialect() tables.Dialect {
	return tables.Dialect{
		Delimiter: characterOf(c.Delimiter, nil), Decimal: characterOf(c.Decimal, Decimals),
		Thousands: characterOf(c.Thousands, Thousands), Missing: c.NA,
		Header: map[string]tables.Header{"": tables.HeaderAuto, headerAuto: tables.HeaderAuto,
			headerYes: tables.HeaderYes, headerNo: tables.HeaderNo}[c.Header],
	}
}

// Dialect returns the block in the form of package tables. The error says which of its words is not
// one of those that are allowed.
func (c CSV) Dialect() (tables.Dialect, error) {
	for _, key := range c.keys() {
		if key.value != "" && characterOf(key.value, key.names) == 0 {
			return tables.Dialect{}, fmt.Errorf("%s is %q; %s, or the character itself", key.name,
				key.value, oneOf(key.all))
		}
	}
	d := c.dialect()
	if !slices.Contains(append(Headers, ""), c.Header) {
		return d, fmt.Errorf("header is %q; %s", c.Header, oneOf(Headers))
	}
	if d.Decimal != 0 && d.Decimal == d.Thousands {
		return d, fmt.Errorf("thousands is %q, which is the decimal character", c.Thousands)
	}
	return d, nil
}

// characterKey is a key of the block that holds a character.
type characterKey struct {
	name, value string
	names, all  []string // that are allowed besides the character itself, and that are listed
}

func (c CSV) keys() []characterKey {
	return []characterKey{{"delimiter", c.Delimiter, nil, Delimiters},
		{"decimal", c.Decimal, Decimals, Decimals},
		{"thousands", c.Thousands, Thousands, Thousands}}
}

// csv checks the block of files of separated values.
func (v validation) csv(c CSV) {
	for _, key := range c.keys() {
		if key.value != "" && characterOf(key.value, key.names) == 0 {
			v.say("files.csv."+key.name, "is %q; %s, or the character itself", key.value,
				oneOf(key.all))
		}
	}
	v.optional("files.csv.header", c.Header, Headers)
	if d := characterOf(c.Decimal, Decimals); d != 0 && d == characterOf(c.Thousands, Thousands) {
		v.say("files.csv.thousands", "is %q, which is the decimal character", c.Thousands)
	}
}
