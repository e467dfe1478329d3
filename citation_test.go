package sparker_test

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// citation holds what CITATION.cff uses of the Citation File Format 1.2.0.
type citation struct {
	CFFVersion string `yaml:"cff-version"`
	Message    string
	Type       string
	Title      string
	Abstract   string
	Authors    []citedAuthor
	License    string
	Version    string
	Released   string `yaml:"date-released"`
	Keywords   []string
	References []struct {
		Type, Title, URL, Notes string
		Authors                 []citedAuthor
		Year                    int
		Identifiers             []struct{ Type, Value, Description string }
	}
}

type citedAuthor struct{ Name string }

// check returns what the format does not allow. It demands what the format demands: a version, a
// message, a title, authors with names, and words of the lists of the format.
func (c citation) check() (problems []string) {
	demand := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Sprintf(format, args...))
		}
	}
	named := func(authors []citedAuthor) bool {
		return len(authors) > 0 && !slices.Contains(authors, citedAuthor{})
	}
	demand(c.CFFVersion == "1.2.0", "cff-version is %q", c.CFFVersion)
	demand(c.Message != "" && c.Title != "", "the message or the title is missing")
	demand(c.Type == "software", "type is %q", c.Type)
	demand(named(c.Authors), "authors without a name: %v", c.Authors)
	demand((c.Version == "") == (c.Released == ""), "a release has a version and a date")
	keywords := slices.Compact(slices.Sorted(slices.Values(c.Keywords)))
	demand(len(keywords) == len(c.Keywords), "keywords are repeated: %v", c.Keywords)
	for _, r := range c.References {
		demand(r.Type == "article" && r.Title != "" && named(r.Authors),
			"reference %+v lacks its type, its title or its authors", r)
		demand(strings.HasPrefix(r.URL, "https://"), "the address of a reference is %q", r.URL)
		for _, i := range r.Identifiers {
			known := slices.Contains([]string{"doi", "url", "swh", "other"}, i.Type)
			demand(known && i.Value != "", "identifier %+v", i)
		}
	}
	return problems
}

// parseCitation decodes a citation. A key that the format, or this project, does not know is an
// error.
func parseCitation(text []byte) (c citation, err error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	return c, decoder.Decode(&c)
}

// CITATION.cff is valid, has the license of the project, and names the paper of the method.
func TestCitation(t *testing.T) {
	text, err := os.ReadFile("CITATION.cff")
	if err != nil {
		t.Fatal(err)
	}
	c, err := parseCitation(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, problem := range c.check() {
		t.Error(problem)
	}
	if license := readText(t, "LICENSE"); c.License != "BSD-3-Clause" ||
		!strings.HasPrefix(license, "BSD 3-Clause License") ||
		!strings.Contains(license, c.Authors[0].Name) {
		t.Errorf("license %s of %v; LICENSE is another one", c.License, c.Authors)
	}
	if len(c.References) != 1 || !strings.Contains(readText(t, "doc.go"),
		c.References[0].Identifiers[0].Value) {
		t.Errorf("the references are not the paper of doc.go: %+v", c.References)
	}
	for old, changed := range map[string]string{"authors:": "author:",
		"cff-version: 1.2.0": "cff-version: 1.0.0", "- name: the": "- name: ''\n#",
		"type: software": "type: program", "title: sparker": "", "type: other": "type: arxiv"} {
		wrong, err := parseCitation(bytes.Replace(text, []byte(old), []byte(changed), 1))
		if err == nil && len(wrong.check()) == 0 {
			t.Errorf("%q instead of %q is not noticed", changed, old)
		}
	}
}
