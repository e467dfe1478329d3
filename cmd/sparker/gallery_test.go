package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sparker/data/tables"
)

const (
	galleryPage   = "docs/gallery.md"
	galleryFolder = "docs/figures/gallery"
	largestFigure = 100 << 10
)

// galleryFigures returns the names of the files in the folder of the gallery that its page shows.
func galleryFigures(page string) []string {
	var names []string
	shown := regexp.MustCompile(`\]\(figures/gallery/([^)]+)\)`)
	for _, match := range shown.FindAllStringSubmatch(page, -1) {
		names = append(names, match[1])
	}
	return names
}

// The gallery shows every kind of figure, and nothing that is large. With -regen, its commands are
// run and its figures written anew.
func TestGallery(t *testing.T) {
	page := documents(t)[galleryPage]
	names := galleryFigures(page)
	kinds := kindsOfFigures(t)
	folder, err := filepath.Abs(filepath.Join("..", "..", filepath.FromSlash(galleryFolder)))
	if err != nil {
		t.Fatal(err)
	}
	if *regen {
		if !underAVX2(t) {
			return
		}
		drawGallery(t, page, folder)
	}
	for _, name := range names {
		info, err := os.Stat(filepath.Join(folder, name))
		if err != nil {
			t.Error(err)
		} else if info.Size() > largestFigure {
			t.Errorf("%s has %d bytes; at most %d", name, info.Size(), largestFigure)
		}
	}
	for _, kind := range kinds {
		if !strings.Contains(page, "plots."+kind+"`") {
			t.Errorf("%s does not show plots.%s", galleryPage, kind)
		}
	}
}

// kindsOfFigures returns the names of the functions of package plots that return a figure.
func kindsOfFigures(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", "plots", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range parsed.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !f.Name.IsExported() || f.Type.Results == nil {
				continue
			}
			first, ok := f.Type.Results.List[0].Type.(*ast.Ident)
			if ok && first.Name == "Figure" && !strings.HasSuffix(file, "_test.go") {
				names = append(names, f.Name.Name)
			}
		}
	}
	if len(names) < 15 {
		t.Errorf("%d kinds of figures found; the pattern misses some", len(names))
	}
	return names
}

// drawGallery runs the commands in the blocks of a page, each in a folder with the sample files,
// and copies the figures that the page shows below the block.
func drawGallery(t *testing.T, page, target string) {
	t.Helper()
	samples, err := filepath.Abs(filepath.Join("..", "..", "examples"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(target, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, section := range strings.Split(page, "```sh\n")[1:] {
		command, rest, _ := strings.Cut(section, "```\n")
		t.Chdir(t.TempDir())
		if err := os.CopyFS("examples", os.DirFS(samples)); err != nil {
			t.Fatal(err)
		}
		drawEvents(t, filepath.Join("examples", "data.csv"), "images.csv")
		command = strings.ReplaceAll(strings.TrimSpace(command), "\\\n", " ")
		mustSucceed(t, words(program.ReplaceAllString(command, ""))...)
		for _, name := range galleryFigures(rest) {
			copyFigure(t, name, target)
		}
	}
}

// copyFigure copies the figure of a name from below the working directory into a folder.
func copyFigure(t *testing.T, name, target string) {
	t.Helper()
	var found string
	err := filepath.WalkDir(".", func(file string, _ fs.DirEntry, err error) error {
		if path.Base(file) == name {
			found = file
		}
		return err
	})
	if err != nil || found == "" {
		t.Errorf("no command draws %s (%v)", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(target, name), mustRead(t, found), 0o644); err != nil {
		t.Error(err)
	}
}

// drawEvents makes an image of every row of a table of one column, and a table of their paths.
func drawEvents(t *testing.T, file, list string) {
	t.Helper()
	events, err := tables.Read(file, tables.ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	const size, low, high = 16, 50, 170
	var paths strings.Builder
	fmt.Fprintln(&paths, "file")
	for row := range events.N() {
		picture := image.NewGray(image.Rect(0, 0, size, size))
		at := int((events.Row(row, nil)[0] - low) / (high - low) * size)
		for y := range size {
			for x := range size {
				shade := uint8(230)
				if x == at {
					shade = 0
				}
				picture.SetGray(x, y, color.Gray{Y: shade})
			}
		}
		name := fmt.Sprintf("event-%d.png", row)
		f, err := os.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := png.Encode(f, picture); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&paths, name)
	}
	writeFile(t, list, paths.String())
}
