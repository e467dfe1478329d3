package sparker_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	fence    = regexp.MustCompile("(?ms)^```.*?^```\n")
	codeSpan = regexp.MustCompile("`[^`\n]+`")
	link     = regexp.MustCompile(`\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)|(?:src|href)="([^"]+)"`)
	image    = regexp.MustCompile(`!\[[^\]]*\]\([^()\s]+\)`)
	heading  = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *$`)
	mention  = regexp.MustCompile(`\bdocs/[\w./-]+\.(?:md|json|csv|svg|png)\b`)
)

// projectFiles lists the files of the repository with one of the extensions, by slash-separated
// path. Hidden folders and the run folders of the program are left out.
func projectFiles(t *testing.T, extensions ...string) []string {
	t.Helper()
	var names []string
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." &&
			(strings.HasPrefix(entry.Name(), ".") || entry.Name() == "runs"):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		for _, extension := range extensions {
			if filepath.Ext(name) == extension {
				names = append(names, filepath.ToSlash(name))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func readText(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// anchors returns the fragments that GitHub gives to the headings of a page.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, match := range heading.FindAllStringSubmatch(fence.ReplaceAllString(text, ""), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case unicode.IsLetter(r), unicode.IsDigit(r), r == '-', r == '_':
				return unicode.ToLower(r)
			case r == ' ':
				return '-'
			}
			return -1
		}, match[1])
		name := slug
		for i := 1; found[name]; i++ {
			name = fmt.Sprintf("%s-%d", slug, i)
		}
		found[name] = true
	}
	return found
}

// The relative links of every page lead to files of the repository, and fragments to headings.
func TestLinksResolve(t *testing.T) {
	links := 0
	for _, page := range projectFiles(t, ".md") {
		text := codeSpan.ReplaceAllString(fence.ReplaceAllString(readText(t, page), ""), "")
		targets := link.FindAllStringSubmatch(text, -1)
		for _, linked := range link.FindAllString(text, -1) { // images that are links
			if inner := linked[1:]; image.MatchString(inner) {
				targets = append(targets, link.FindAllStringSubmatch(inner, -1)...)
			}
		}
		for _, match := range targets {
			target, err := url.Parse(match[1] + match[2])
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if target.IsAbs() {
				continue
			}
			links++
			file := page
			if target.Path != "" {
				file = path.Join(path.Dir(page), target.Path)
			}
			if _, err := os.Stat(filepath.FromSlash(file)); err != nil {
				t.Errorf("%s links to %s, which does not exist", page, match[1])
			} else if target.Fragment != "" && path.Ext(file) == ".md" &&
				!anchors(readText(t, file))[target.Fragment] {
				t.Errorf("%s links to %s; %s has no such heading", page, match[1], file)
			}
		}
	}
	if links < 80 {
		t.Errorf("%d links found; the pattern misses some", links)
	}
}

// The pages, figures, and tables below docs that code, configs, and messages name exist.
func TestMentionedPagesExist(t *testing.T) {
	found := 0
	for _, name := range projectFiles(t, ".go", ".yaml", ".md") {
		for _, page := range mention.FindAllString(readText(t, name), -1) {
			found++
			if _, err := os.Stat(filepath.FromSlash(page)); err != nil {
				t.Errorf("%s names %s, which does not exist", name, page)
			}
		}
	}
	if found < 5 {
		t.Errorf("%d mentions found; the pattern misses some", found)
	}
}
