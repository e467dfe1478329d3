package results

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func testManifest() Manifest {
	return Manifest{
		Schema: ManifestSchema, Name: "exp1d", Digest: "d1", Seed: 7, Config: "name: exp1d\n",
		Axes: []AxisRecord{{Name: "loss.kind", Labels: []string{"np", "bce"}}},
		Cells: []CellRecord{
			{
				Arms: []ArmRecord{{Axis: "loss.kind", Label: "np"}}, Config: "name: exp1d\n",
				NullKey: "n1", AlternativeKey: "a1", SamplesKey: "s1",
				Widths:  WidthsRecord{Q1: 0.1, Q50: 1, Q99: 4, Start: 8, End: 0.05},
				Scales:  []ScaleRecord{{Epoch: 5, Sigma: 1}, {Epoch: 10, Sigma: 0.05}},
				Columns: []Column{{Name: "x", Unit: "GeV"}}, Warnings: []string{"few toys"},
			},
			{NullKey: "n2", AlternativeKey: "a2", SamplesKey: "s1",
				Scales: []ScaleRecord{{Epoch: 10, Sigma: 0.05}}},
		},
		Versions: map[string]string{"go": "go1.26"},
		Started:  time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC),
	}
}

func create(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Create(dir, testManifest(), []byte("name: exp1d\n"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// wantError fails unless err is there and its text holds every one of the parts.
func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	if !strings.HasPrefix(err.Error(), "results: ") {
		t.Errorf("error %q does not begin with the package's name", err)
	}
	if strings.Contains(err.Error(), "\n") {
		t.Errorf("error %q is more than one", err)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not hold %q", err, part)
		}
	}
}

// snapshot reads every file below a folder.
func snapshot(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestCreateMakesRunFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "runs", "exp1d-d1")
	s := create(t, dir)
	if s.Dir() != dir {
		t.Errorf("Dir is %q, want %q", s.Dir(), dir)
	}
	text, err := Encode(testManifest())
	if err != nil {
		t.Fatal(err)
	}
	// The checksum is that of sha256sum for the text before the comma in front of it.
	body := strings.TrimSuffix(string(text), "\n}\n")
	manifest := body + `,
  "checksum": "57ed215bdd735dfebb3188bf68d9acd24c594c1c0b30ac2ea98ac8131e1eb433"
}
`
	want := map[string]string{
		"manifest.json":     manifest,
		"config.yaml":       "name: exp1d\n",
		"toys/toys-0.jsonl": "",
	}
	if diff := cmp.Diff(want, snapshot(t, dir)); diff != "" {
		t.Errorf("files of a new run (-want +got):\n%s", diff)
	}
	for _, name := range []string{"toys", "fits", "figures"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.IsDir() {
			t.Errorf("%s is not a folder: %v", name, err)
		}
	}
}

func TestCreateTakesEmptyFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, temporaryPrefix+"1-0"), []byte("{"),
		0o644); err != nil {
		t.Fatal(err) // what a process that was killed in its first millisecond leaves
	}
	create(t, dir)
}

func TestCreateResumes(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	s := create(t, dir)
	if err := s.AppendToy(toy(Null, 0, 0)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	before := snapshot(t, dir)

	later := testManifest()
	later.Started = later.Started.Add(time.Hour)
	s, err := Create(dir, later, []byte("name: exp1d # written otherwise\n"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if diff := cmp.Diff(testManifest(), s.Manifest()); diff != "" {
		t.Errorf("the first manifest does not stand (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
		t.Errorf("opening a run again changed its files (-before +after):\n%s", diff)
	}
}

// A Create that was killed right after the manifest is completed by the next one.
func TestCreateCompletesHalfMadeFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := WriteRecord(filepath.Join(dir, "manifest.json"), testManifest()); err != nil {
		t.Fatal(err)
	}
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if toys, err := s.Toys(); err != nil || len(toys) != 0 {
		t.Errorf("toys of a half-made run: %v, %v; want none", toys, err)
	}
	create(t, dir)
	if got := snapshot(t, dir)["config.yaml"]; got != "name: exp1d\n" {
		t.Errorf("config.yaml is %q", got)
	}
}

func TestCreateRefuses(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, path, content string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		prepare func(t *testing.T, dir string) // dir exists and is empty
		parts   []string
	}{
		{"foreign files", func(t *testing.T, dir string) {
			write(t,
				filepath.Join(dir, "thesis.tex"), "x")
		}, []string{"thesis.tex", "nothing was changed"}},
		{"another digest", func(t *testing.T, dir string) {
			m := testManifest()
			m.Name, m.Digest = "other", "d2"
			s, err := Create(dir, m, []byte("name: other\n"))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
		}, []string{`"other"`, "d2", "d1", "nothing was changed"}},
		{"another schema", func(t *testing.T, dir string) {
			write(t, filepath.Join(dir, "manifest.json"),
				`{"schema": "sparker/manifest/99", "digest": "d1"}`)
		}, []string{"manifest.json", "sparker/manifest/99"}},
		{"broken manifest", func(t *testing.T, dir string) {
			write(t,
				filepath.Join(dir, "manifest.json"), `{"schema": `)
		}, []string{"manifest.json"}},
		{"unwritable toys", func(t *testing.T, dir string) {
			if err := WriteRecord(filepath.Join(dir, "manifest.json"), testManifest()); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "toys"), "a file instead of the folder")
		}, []string{"toys"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			c.prepare(t, dir)
			before := snapshot(t, dir)
			_, err := Create(dir, testManifest(), []byte("name: exp1d\n"))
			wantError(t, err, append(c.parts, dir)...)
			if diff := cmp.Diff(before, snapshot(t, dir)); diff != "" {
				t.Errorf("a refused folder was changed (-before +after):\n%s", diff)
			}
		})
	}
}

// Permissions do not stop root, so a file with the name of the folder makes it unwritable.
func TestCreateUnwritable(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "run")} {
		_, err := Create(dir, testManifest(), nil)
		wantError(t, err, file)
	}
}

func TestCreateRefusesArguments(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	m := testManifest()
	m.Digest = ""
	_, err := Create(dir, m, nil)
	wantError(t, err, "digest")
	m = testManifest()
	m.Cells[0].Widths.End = math.NaN()
	_, err = Create(dir, m, nil)
	wantError(t, err, "manifest", "NaN")
	for _, shard := range []Shard{{3, 2, ""}, {0, 2, ""}, {-1, 2, "n"}, {1, 0, ""}} {
		_, err = CreateShard(dir, testManifest(), nil, shard)
		wantError(t, err, "there is no part")
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused Create made the folder (%v)", err)
	}
}

func TestAddInstructions(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	for _, name := range []string{"avx2", "avx512", "avx2", "avx512"} {
		if err := s.AddInstructions(name); err != nil {
			t.Fatal(err)
		}
	}
	reader, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	if v := reader.Manifest().Versions; v["fused"] != "avx2, avx512" || v["go"] != "go1.26" {
		t.Errorf("versions %v", v)
	}
}

func TestOneWriterPerShard(t *testing.T) {
	t.Parallel()
	if !systemLocks {
		t.Skip("this system has no advisory locks")
	}
	dir := filepath.Join(t.TempDir(), "run")
	first := create(t, dir)
	_, err := Create(dir, testManifest(), nil)
	wantError(t, err, "another process is writing", "toys-0.jsonl")
	other, err := CreateShard(dir, testManifest(), nil, Shard{Number: 1, Count: 2})
	if err != nil {
		t.Fatalf("a shard of its own: %v", err)
	}
	defer other.Close()
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	create(t, dir)
}

// The first writer makes the folder. The others get a shard of the same run, or an error with its
// digest.
func TestCreateTogether(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			m := testManifest()
			m.Digest = []string{"d1", "d2"}[i%2]
			m.Config = m.Digest // the config of another digest is another one
			s, err := CreateShard(dir, m, []byte(m.Config), Shard{i + 1, len(errs), ""})
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	wg.Wait()
	s, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	winner := s.Manifest().Digest
	for i, err := range errs {
		digest := []string{"d1", "d2"}[i%2]
		switch {
		case digest == winner && err != nil:
			t.Errorf("digest %s won, yet: %v", digest, err)
		case digest != winner && systemLocks:
			wantError(t, err, "another config")
		}
	}
	if got := snapshot(t, dir)["config.yaml"]; got != winner {
		t.Errorf("the config is of %q, the manifest of %q", got, winner)
	}
}

// Without locks, too, all writers that begin one folder at the same moment agree on the manifest:
// the first stays, with the digest and the start that it has.
func TestBeginWithoutLocks(t *testing.T) {
	t.Parallel()
	for range 20 {
		dir := t.TempDir()
		var wg sync.WaitGroup
		got, errs := make([]Manifest, 8), make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				m := testManifest()
				m.Schema, m.Digest = ManifestSchema, []string{"d1", "d2"}[i%2]
				m.Started = m.Started.Add(time.Duration(i) * time.Hour)
				encoded, err := encodeManifest(m)
				if err != nil {
					errs[i] = err
					return
				}
				folder, err := os.Open(dir)
				if err != nil {
					errs[i] = err
					return
				}
				got[i], _, errs[i] = begin(folder, m, beginning{manifest: encoded})
				if errs[i] == nil {
					// what makes the folder look like that of others
					_, errs[i] = complete(dir, nil)
				}
				errs[i] = errors.Join(errs[i], folder.Close())
			})
		}
		wg.Wait()
		s, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		winner := s.Manifest()
		for i, err := range errs {
			switch {
			case []string{"d1", "d2"}[i%2] != winner.Digest:
				wantError(t, err, "another config")
			case err != nil || !got[i].Started.Equal(winner.Started):
				t.Errorf("started %v, not %v; %v", got[i].Started, winner.Started, err)
			}
		}
	}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	_, err := Open(dir)
	wantError(t, err, dir, "is not a run folder")
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", err)
	}
	writer := create(t, dir)
	reader, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(testManifest(), reader.Manifest()); diff != "" {
		t.Errorf("manifest (-want +got):\n%s", diff)
	}
	// The reader sees what the writer appends, and may not append itself.
	for i := range 3 {
		if err := writer.AppendToy(toy(Null, 0, i)); err != nil {
			t.Fatal(err)
		}
		if toys, err := reader.Toys(); err != nil || len(toys) != i+1 {
			t.Errorf("after %d toys the reader sees %d (%v)", i+1, len(toys), err)
		}
	}
	wantError(t, reader.AppendToy(toy(Null, 0, 9)), "not open for appending")
	if err := reader.Close(); err != nil {
		t.Error(err)
	}
}

func TestSetFinished(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	s := create(t, dir)
	end := time.Date(2026, 1, 2, 4, 0, 0, 0, time.UTC)
	if err := s.SetFinished(end); err != nil {
		t.Fatal(err)
	}
	want := testManifest()
	want.Finished = &end
	reader, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]Manifest{"store": s.Manifest(), "file": reader.Manifest()} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("manifest of the %s (-want +got):\n%s", name, diff)
		}
	}
}
