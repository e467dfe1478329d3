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

// maxSize bounds a config's text, so that a file of data given by mistake is refused at once.
const maxSize = 1 << 20

// The search for the line of a syntax error gives up on texts larger than these.
const (
	maxSearchLines = 500
	maxSearchSize  = 32 << 10
)

// parse reads the single YAML document of a text. A text that holds nothing gives a nil node.
func parse(text []byte) (*yaml.Node, *Problem) {
	root, err := document(text)
	if err == nil {
		return root, nil
	}
	var second *secondDocument
	if errors.As(err, &second) {
		return nil, &Problem{Line: second.line, Col: second.col,
			Message: "a second document begins here; a config is a single one"}
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

// lineNumber is how the parser begins its messages; it names the line where the surrounding block
// began, or one beside it, so errorLine looks for the line itself.
var lineNumber = regexp.MustCompile(`^line \d+: `)

// secondDocument is the error of a text with more than one document.
type secondDocument struct{ line, col int }

func (*secondDocument) Error() string { return "more than one document" }

// document is the text's only document, without the node that the parser wraps around it. A panic
// of the parser on a broken text becomes an error.
func document(text []byte) (root *yaml.Node, err error) {
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

// errorLine is the line of a syntax error: where the bracket or quote that never closes was opened,
// or what cannot follow the lines before it. It is the line after the longest beginning of the text
// that is valid by itself; 0 for a text that is too long to search.
func errorLine(text []byte) int {
	lines := bytes.SplitAfter(text, []byte("\n"))
	if len(lines) > maxSearchLines || len(text) > maxSearchSize {
		return 0
	}
	end := len(text)
	for n := len(lines) - 1; n > 0; n-- {
		end -= len(lines[n])
		_, err := document(text[:end])
		var second *secondDocument
		if err == nil || errors.As(err, &second) {
			return n + 1
		}
	}
	return 1
}
