package tables

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// literal is a value of a Python dictionary and the text that it was parsed from.
type literal struct {
	value any // string, bool, int64, nil, []any for a list or tuple, or map[string]literal
	text  string
}

// parseLiteral parses a Python literal of the kind that NumPy writes into headers: dictionaries
// with string keys, lists, tuples, strings, integers, True, False and None.
func parseLiteral(text string) (any, error) {
	p := &literalParser{rest: text}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if p.space(); p.rest != "" {
		return nil, fmt.Errorf("%.20q follows its end", p.rest)
	}
	return v, nil
}

type literalParser struct{ rest string }

func (p *literalParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\r\n\x00") }

// take skips white space and then c, and reports whether c was there.
func (p *literalParser) take(c byte) bool {
	p.space()
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *literalParser) value(depth int) (any, error) {
	if depth > 16 {
		return nil, errors.New("its values are nested too deeply")
	}
	p.space()
	if p.rest == "" {
		return nil, errors.New("it ends too early")
	}
	switch c := p.rest[0]; {
	case c == '{':
		return p.dict(depth)
	case c == '(':
		return p.list(')', depth)
	case c == '[':
		return p.list(']', depth)
	case c == '\'' || c == '"':
		return p.text(c)
	case c == '-' || '0' <= c && c <= '9':
		end := 1 + len(p.rest[1:]) - len(strings.TrimLeft(p.rest[1:], "0123456789"))
		n, err := strconv.ParseInt(p.rest[:end], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not an integer", p.rest[:end])
		}
		p.rest = strings.TrimPrefix(p.rest[end:], "L") // Python 2
		return n, nil
	}
	for word, v := range map[string]any{"True": true, "False": false, "None": nil} {
		if after, ok := strings.CutPrefix(p.rest, word); ok {
			p.rest = after
			return v, nil
		}
	}
	return nil, fmt.Errorf("%.20q is not a value", p.rest)
}

// list parses a list or tuple. As in Python, a value in parentheses without a comma is that value.
// text parses a string in quotes.
func (p *literalParser) text(quote byte) (string, error) {
	var text strings.Builder
	for p.rest = p.rest[1:]; p.rest != ""; {
		switch c := p.rest[0]; c {
		case quote:
			p.rest = p.rest[1:]
			return text.String(), nil
		case '\\':
			r, err := p.escape()
			if err != nil {
				return "", err
			}
			text.WriteRune(r)
		default:
			text.WriteByte(c)
			p.rest = p.rest[1:]
		}
	}
	return "", errors.New("a string has no end")
}

// escape parses an escape sequence. Python's repr writes no others.
func (p *literalParser) escape() (rune, error) {
	if len(p.rest) < 2 {
		return 0, errors.New("a string has no end")
	}
	c := p.rest[1]
	if r, known := map[byte]rune{'n': '\n', 'r': '\r', 't': '\t', '\\': '\\', '\'': '\'',
		'"': '"'}[c]; known {
		p.rest = p.rest[2:]
		return r, nil
	}
	digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]
	if digits > 0 && len(p.rest) >= 2+digits {
		r, err := strconv.ParseUint(p.rest[2:2+digits], 16, 32)
		if err == nil && r <= utf8.MaxRune {
			p.rest = p.rest[2+digits:]
			return rune(r), nil
		}
	}
	return 0, fmt.Errorf("%.10q is not an escape sequence", p.rest)
}

func (p *literalParser) list(end byte, depth int) (any, error) {
	p.rest = p.rest[1:]
	values := []any{}
	comma := end == ']'
	for !p.take(end) {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
		if p.take(',') {
			comma = true
			continue
		}
		if !p.take(end) {
			return nil, errors.New("a comma is missing")
		}
		break
	}
	if len(values) == 1 && !comma {
		return values[0], nil
	}
	return values, nil
}

func (p *literalParser) dict(depth int) (any, error) {
	p.rest = p.rest[1:]
	dict := map[string]literal{}
	for !p.take('}') {
		key, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		name, ok := key.(string)
		if !ok || !p.take(':') {
			return nil, errors.New("a key of the dictionary is missing")
		}
		p.space()
		before := p.rest
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		dict[name] = literal{v, before[:len(before)-len(p.rest)]}
		if p.take(',') {
			continue
		}
		if !p.take('}') {
			return nil, errors.New("a comma is missing")
		}
		break
	}
	return dict, nil
}
