package tables

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

var errPickle = errors.New("a pickled value that is not a list of names")

// pickledNames reads a list of strings or whole numbers that Python pickled in protocol 0. So
// pandas writes the names of columns.
func pickledNames(text string) ([]string, error) {
	const mark = "\x00mark" // on the stack, where a list begins
	var stack, names []string
	isList, done := false, false
	for len(text) > 0 && !done {
		op := text[0]
		text = text[1:]
		argument := ""
		if strings.IndexByte("VSIpgL", op) >= 0 {
			var found bool
			if argument, text, found = strings.Cut(text, "\n"); !found {
				return nil, errPickle
			}
		}
		switch op {
		case '(', ']':
			stack = append(stack, mark)
			isList = isList || op == ']'
		case 'l':
			isList = true
		case 'p':
		case 'V':
			name, err := unescape(argument)
			if err != nil {
				return nil, err
			}
			stack = append(stack, name)
		case 'I', 'L':
			if _, err := strconv.ParseInt(strings.TrimSuffix(argument, "L"), 10, 64); err != nil {
				return nil, errPickle
			}
			stack = append(stack, strings.TrimSuffix(argument, "L"))
		case 'a':
			if !isList || len(stack) < 2 || stack[len(stack)-1] == mark {
				return nil, errPickle
			}
			names = append(names, stack[len(stack)-1])
			stack = stack[:len(stack)-1]
		case '.':
			done = true
		default:
			return nil, errPickle
		}
	}
	if !done || !isList || len(stack) != 1 || stack[0] != mark {
		return nil, errPickle
	}
	return names, nil
}

// unescape reads a string of Python's raw-unicode-escape.
func unescape(text string) (string, error) {
	var b strings.Builder
	for len(text) > 0 {
		digits := 0
		switch {
		case strings.HasPrefix(text, `\u`):
			digits = 4
		case strings.HasPrefix(text, `\U`):
			digits = 8
		}
		if digits == 0 { // a byte stands for the character of its number
			b.WriteRune(rune(text[0]))
			text = text[1:]
			continue
		}
		if len(text) < 2+digits {
			return "", errPickle
		}
		v, err := strconv.ParseUint(text[2:2+digits], 16, 32)
		if err != nil || v > utf8.MaxRune {
			return "", errPickle
		}
		b.WriteRune(rune(v))
		text = text[2+digits:]
	}
	return b.String(), nil
}
