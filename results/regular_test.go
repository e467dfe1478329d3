package results

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// linked replaces a file of a run folder by a symbolic link, and returns the file it leads to,
// with its content.
func linked(t *testing.T, path, content string) string {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("symbolic links need a privilege")
	}
	target := filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(target, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	if err := os.Symlink(target, path); err != nil {
		t.Fatal(err)
	}
	return target
}

func wantContent(t *testing.T, path, want string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil || string(got) != want {
		t.Errorf("%s holds %q (%v), want %q", path, got, err, want)
	}
}

// Toys are never appended, cut off or read through a symbolic link.
func TestToysThroughALink(t *testing.T) {
	t.Parallel()
	const precious = "precious, no newline"
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(s.Dir(), "toys", "toys-0.jsonl")
	target := linked(t, path, precious)
	_, err := Create(s.Dir(), testManifest(), nil)
	wantError(t, err, path, "not a regular file")
	wantContent(t, target, precious)
	_, err = s.Toys()
	wantError(t, err, path, "not a regular file")

	// The link may lead to nothing yet.
	if err := os.Remove(target); err != nil {
		t.Fatal(err)
	}
	_, err = Create(s.Dir(), testManifest(), nil)
	wantError(t, err, path)
	if _, err := os.Lstat(target); err == nil {
		t.Error("the target of the link was made")
	}
	// A folder is not a file.
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o755)); err != nil {
		t.Fatal(err)
	}
	_, err = Create(s.Dir(), testManifest(), nil)
	wantError(t, err, path, "not a regular file")
}

// A file that ends in something else than a torn toy, as through a hard link, is not cut off.
func TestForeignTailIsKept(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ content, want string }{
		{"precious, no newline", ""},
		{`{"some":"json"`, ""},
		{`{"ce`, "cut"},
		{"\x00\x00\x00", "cut"},
	} {
		s := create(t, filepath.Join(t.TempDir(), "run"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(s.Dir(), "toys", "toys-0.jsonl")
		if err := os.WriteFile(path, []byte(c.content), 0o644); err != nil {
			t.Fatal(err)
		}
		again, err := Create(s.Dir(), testManifest(), nil)
		if c.want == "cut" {
			if err != nil {
				t.Errorf("%q: %v", c.content, err)
				continue
			}
			wantContent(t, path, "")
			again.Close()
			continue
		}
		wantError(t, err, path, "not the beginning of a toy")
		wantContent(t, path, c.content)
	}
}

// Files that are written replace a link and leave what it leads to alone; those that are read are
// not read through one.
func TestOtherFilesThroughALink(t *testing.T) {
	t.Parallel()
	const precious = "precious"
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if err := s.AppendToy(toy(Null, 0, 0)); err != nil {
		t.Fatal(err)
	}
	summary := Summary{Cells: []CellSummary{}, Warnings: []string{}}
	for name, write := range map[string]func() error{
		"summary.json":         func() error { return s.WriteSummary(summary) },
		"results.csv":          func() error { return s.WriteTable(PowerTable, nil, nil) },
		"report.md":            func() error { return WriteFile(s.ReportFile(), []byte("x")) },
		"fits/c-null-0-0.json": func() error { return s.WriteFit(fit(Null, 0, 0)) },
	} {
		path := filepath.Join(s.Dir(), filepath.FromSlash(name))
		target := linked(t, path, precious)
		if err := write(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		wantContent(t, target, precious)
		if info, err := os.Lstat(path); err != nil || !info.Mode().IsRegular() {
			t.Errorf("%s is not a file of its own (%v)", name, err)
		}
	}
	before := snapshot(t, s.Dir())
	fits := filepath.Join(s.Dir(), "fits", "c-null-0-1.json")
	linked(t, fits, before["fits/c-null-0-0.json"])
	_, err := s.Fits()
	wantError(t, err, fits, "not a regular file")
	linked(t, s.ManifestFile(), before["manifest.json"])
	_, err = Open(s.Dir())
	wantError(t, err, "manifest.json", "not a regular file")
	_, err = Create(s.Dir(), testManifest(), nil)
	wantError(t, err, "manifest.json", "not a regular file")
}

// A folder that was removed, moved, or moved and made anew is noticed before the next toy.
func TestLostFolder(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("open files cannot be moved")
	}
	for name, lose := range map[string]func(dir string) error{
		"removed": os.RemoveAll,
		"moved":   func(dir string) error { return os.Rename(dir, dir+"-moved") },
		"made anew": func(dir string) error {
			if err := os.Rename(dir, dir+"-moved"); err != nil {
				return err
			}
			s, err := Create(dir, testManifest(), nil)
			return errors.Join(err, s.Close())
		},
		"without toys": func(dir string) error { return os.RemoveAll(filepath.Join(dir, "toys")) },
		"without a manifest": func(dir string) error {
			return os.Remove(filepath.Join(dir, "manifest.json"))
		},
	} {
		dir := filepath.Join(t.TempDir(), "run")
		s := create(t, dir)
		if err := errors.Join(s.AppendToy(toy(Null, 0, 0)), s.Lost()); err != nil {
			t.Fatal(err)
		}
		if err := lose(dir); err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{s.Lost(), s.AppendToy(toy(Null, 0, 1))} {
			wantError(t, err, dir, "was removed, moved or replaced")
			var lost *LostError
			if !errors.As(err, &lost) || lost.Dir != dir {
				t.Errorf("%s: %v is not a LostError", name, err)
			}
		}
	}
	s := create(t, filepath.Join(t.TempDir(), "run"))
	if err := errors.Join(s.Close(), os.RemoveAll(s.Dir()), s.Lost()); err != nil {
		t.Errorf("a closed store: %v", err)
	}
}

// A pipe instead of a file does not stop the program.
func TestPipe(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	makePipe(t, filepath.Join(s.Dir(), "toys", "toys-1.jsonl"))
	_, err := s.Toys()
	wantError(t, err, "toys-1.jsonl", "not a regular file")
	if diff := cmp.Diff(testManifest(), s.Manifest()); diff != "" {
		t.Error(diff)
	}
}
