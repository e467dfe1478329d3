package configs

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"gopkg.in/yaml.v3"
)

// MaxSize is the size limit of a config, in bytes. It refuses a file of data given by mistake
// before parsing.
const MaxSize = 1 << 20

// Limits of the texts in which the line of a syntax error is searched for.
const (
	maxSearchLines = 500
	maxSearchSize  = 32 << 10
)

// parseYAML reads the single YAML document of a text. The node of an empty text is nil. No node of
// the tree holds itself, and the tree with its aliases written out is not larger than the limits of
// a text.
func parseYAML(text []byte) (*yaml.Node, *Problem) {
	root, err := parseDocument(text)
	if err == nil && root != nil {
		if problem := checkExtent(root); problem != nil {
			return nil, problem
		}
	}
	if err == nil {
		return root, nil
	}
	var second *secondDocument
	if errors.As(err, &second) {
		return nil, &Problem{Line: second.line, Col: second.col,
			Message: "a second document begins here; a config is a single document"}
	}
	message, line := strings.TrimPrefix(err.Error(), "yaml: "), errorLine(text)
	if line > 0 {
		message = lineNumber.ReplaceAllString(message, "")
	}
	if strings.Contains(message, "cannot start any token") {
		message += " (indent with spaces, not tabs; text that begins with a special character " +
			"needs quotes)"
	}
	return nil, &Problem{Line: line, Message: "not valid YAML: " + message}
}

// lineNumber matches the line number in the parser's messages. It is often that of the surrounding
// block, so errorLine searches for the line itself.
var lineNumber = regexp.MustCompile(`^line \d+: `)

// secondDocument is the error of a text with more than one document.
type secondDocument struct{ line, col int }

func (*secondDocument) Error() string { return "more than one document" }

// parseDocument returns the text's only document, without the node that the parser wraps around it.
// A panic of the parser on a broken text becomes an error.
func parseDocument(text []byte) (root *yaml.Node, err error) {
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, fmt.Errorf("yaml: %v", r)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var first, second yaml.Node
	if err := decoder.Decode(&first); err == io.EOF {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	if err := decoder.Decode(&second); err == nil {
		return nil, &secondDocument{second.Line, second.Column}
	} else if err != io.EOF {
		return nil, err
	}
	root = first.Content[0]
	if root.Kind == yaml.ScalarNode && root.Value == "" && root.Style == 0 && root.Anchor == "" {
		return nil, nil
	}
	return root, nil
}

// errorLine returns the line of a syntax error: the line after the longest valid beginning of the
// text. That is where an unclosed bracket or quote opens, or the first line that cannot follow the
// lines before it. It returns 0 for a text that is too long to search.
func errorLine(text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines) > maxSearchLines || len(text) > maxSearchSize {
		return 0
	}
	end := len(text)
	for n := len(lines) - 1; n > 0; n-- {
		end -= len(lines[n])
		_, err := parseDocument(text[:end])
		var second *secondDocument
		if err == nil || errors.As(err, &second) {
			return n + 1
		}
	}
	return 1
}
