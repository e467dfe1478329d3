package sparker_test

import (
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
)

var (
	fence    = regexp.MustCompile("(?ms)^```.*?^```\n")
	codeSpan = regexp.MustCompile("`[^`\n]+`")
	link     = regexp.MustCompile(`\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]+)\)|` +
		`(?:src|href)="([^"]+)"`)
	image   = regexp.MustCompile(`!\[[^\]]*\]\([^()\s]+\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} +(.*?) *$`)
	mention = regexp.MustCompile(`\bdocs/[\w./-]+\.(?:md|json|csv|svg|png)\b`)
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

var (
	goTest     = regexp.MustCompile("\\bgo test (?:'[^']*'|[^`\n|)'])*")
	pattern    = regexp.MustCompile(`-(run|bench|fuzz) ('[^']*'|\S+)`)
	packageArg = regexp.MustCompile(` \./([\w/]+)`)
	testFunc   = regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz|Example)\w*)\(`)
)

// The calls of go test in the pages name packages that exist, and patterns that match a test,
// a benchmark, or a fuzz target of the package.
func TestDocumentedGoTests(t *testing.T) {
	found := 0
	for _, page := range projectFiles(t, ".md") {
		for _, command := range goTest.FindAllString(readText(t, page), -1) {
			folder := packageArg.FindStringSubmatch(command)
			if folder == nil {
				continue
			}
			found++
			names := testsOf(t, folder[1])
			if names == nil {
				t.Errorf("%s: %s: no tests in %s", page, command, folder[1])
			}
			for _, match := range pattern.FindAllStringSubmatch(command, -1) {
				first, _, _ := strings.Cut(strings.Trim(match[2], "'"), "/")
				if first == "-" || first == "^$" {
					continue
				}
				want, err := regexp.Compile(first)
				if err != nil || !slices.ContainsFunc(names, want.MatchString) {
					t.Errorf("%s: %s: nothing in %s matches %s (%v)", page, command, folder[1],
						match[2], err)
				}
			}
		}
	}
	if found < 10 {
		t.Errorf("%d calls found; the pattern misses some", found)
	}
}

// The tests that the pages name by themselves exist.
func TestDocumentedTestsExist(t *testing.T) {
	all := map[string]bool{}
	for _, file := range projectFiles(t, ".go") {
		for _, match := range testFunc.FindAllStringSubmatch(readText(t, file), -1) {
			all[match[1]] = true
		}
	}
	named := regexp.MustCompile("`((?:Test|Benchmark|Fuzz)[A-Z]\\w*)`")
	for _, page := range projectFiles(t, ".md") {
		for _, match := range named.FindAllStringSubmatch(readText(t, page), -1) {
			if !all[match[1]] {
				t.Errorf("%s names %s, which does not exist", page, match[1])
			}
		}
	}
}

// The Go code in the pages is part of an example that is compiled and tested.
func TestDocumentedGoIsCompiled(t *testing.T) {
	var code strings.Builder
	for _, file := range projectFiles(t, ".go") {
		if strings.HasPrefix(file, "examples/") || strings.HasSuffix(file, "_test.go") {
			fmt.Fprintln(&code, withoutIndentation(readText(t, file)))
		}
	}
	found := 0
	for _, page := range projectFiles(t, ".md") {
		for _, block := range goBlock.FindAllStringSubmatch(readText(t, page), -1) {
			for _, part := range strings.Split(block[1], "...\n") {
				found++
				if !strings.Contains(code.String(), withoutIndentation(part)) {
					t.Errorf("%s: no example or test contains\n%s", page, part)
				}
			}
		}
	}
	if found == 0 {
		t.Error("no page shows Go code")
	}
}

var goBlock = regexp.MustCompile("(?s)```go\n(.*?)```")

// withoutIndentation removes the space at both ends of the lines of a text.
func withoutIndentation(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, "\n")
}

// testsOf returns the names of the tests, benchmarks, and fuzz targets of a package.
func testsOf(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(folder), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		for _, match := range testFunc.FindAllStringSubmatch(readText(t, file), -1) {
			names = append(names, match[1])
		}
	}
	return names
}

// The page on the design has a row for each package of the floor plan, with its floor.
func TestDesignListsFloorPlan(t *testing.T) {
	page := readText(t, "docs/development/design.md")
	for name, entry := range floorPlan {
		label := "`" + name + "`"
		if name == "." {
			label = "`sparker` (the root)"
		}
		row := regexp.MustCompile(fmt.Sprintf(`(?m)^\| %d \| %s \|`, entry.floor,
			regexp.QuoteMeta(label)))
		if !row.MatchString(page) {
			t.Errorf("the page has no row | %d | %s |", entry.floor, label)
		}
	}
}

// Exported names of the project's packages in the pages exist.
func TestDocumentedNamesExist(t *testing.T) {
	folders := map[string]string{} // by name of the package
	for name := range floorPlan {
		folders[path.Base(name)] = name
	}
	delete(folders, ".")
	folders["sparker"] = "."
	qualified := regexp.MustCompile("`([a-z]+)\\.([A-Z]\\w*)(?:\\.\\w+)?(?:\\([^`]*\\))?`")
	for _, page := range projectFiles(t, ".md") {
		for _, match := range qualified.FindAllStringSubmatch(readText(t, page), -1) {
			folder, ours := folders[match[1]]
			if ours && !declares(t, folder, match[2]) {
				t.Errorf("%s names %s, which %s does not declare", page, match[0], folder)
			}
		}
	}
}

// declares reports whether a package has a top-level declaration of a name.
func declares(t *testing.T, folder, name string) bool {
	t.Helper()
	declaration := regexp.MustCompile(`(?m)^(?:func|type|var|const|\t)\s*` + name + `\b`)
	files, err := filepath.Glob(filepath.Join(filepath.FromSlash(folder), "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		return !strings.HasSuffix(file, "_test.go") && declaration.MatchString(readText(t, file))
	})
}
