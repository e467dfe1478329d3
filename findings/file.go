package findings

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// Write writes findings.json: indented JSON with a final newline. It returns an error if a number
// is not finite, or if w fails.
func (f Findings) Write(w io.Writer) error {
	b, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		return fmt.Errorf("findings: encoding: %w", err)
	}
	if _, err := w.Write(append(b, '\n')); err != nil {
		return fmt.Errorf("findings: writing: %w", err)
	}
	return nil
}

// Read reads the file findings.json at a path. The error wraps fs.ErrNotExist if there is none. A
// file of another schema is an error.
func Read(path string) (Findings, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return Findings{}, fmt.Errorf("findings: %w", err)
	}
	return parse(path, b)
}

// parse decodes the content of the file at a path.
func parse(path string, content []byte) (Findings, error) {
	var f Findings
	if err := json.Unmarshal(content, &f); err != nil {
		return Findings{}, fmt.Errorf("findings: reading %s: %w", path, err)
	}
	if f.Schema != Schema {
		return Findings{}, fmt.Errorf("findings: %s has schema %q; this version reads %q", path,
			f.Schema, Schema)
	}
	if err := f.checkShape(); err != nil {
		return Findings{}, fmt.Errorf("findings: reading %s: %w", path, err)
	}
	return f, nil
}
