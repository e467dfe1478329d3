package results

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// manyToys stores n toys of ten scales, with places and health, and returns the store.
func manyToys(t testing.TB, n int) *Store {
	t.Helper()
	m := testManifest()
	scales := slices.Repeat([]ScaleRecord{{Epoch: 1, Sigma: 1}}, 10)
	m.Cells = []CellRecord{{NullKey: "n1", AlternativeKey: "a1", Scales: scales}}
	s, err := Create(filepath.Join(t.TempDir(), "run"), m, []byte(m.Config))
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	numbers := func(i int) []float64 {
		x := make([]float64, len(scales))
		for k := range x {
			x[k] = float64(1+i+k) / 7
		}
		return x
	}
	for i := range n {
		line, err := encodeToy(Toy{Key: "n1", Hypothesis: Null, Index: i, T: numbers(i),
			Status: StatusOK, Events: i, Seconds: 1.0 / 3,
			Places: &PlaceRecord{Excess: numbers(i + 1), Deficit: numbers(i + 2)},
			Health: &HealthRecord{Kernels: 5, Swing: 1.0 / 7}})
		if err != nil {
			t.Fatal(err)
		}
		text.Write(append(line, '\n'))
	}
	if err := os.WriteFile(s.shard, text.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return s
}

// heldBy returns the memory of what a function returns, in bytes.
func heldBy[T any](make func() T) float64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	value := make()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(value)
	return float64(after.HeapAlloc) - float64(before.HeapAlloc)
}

// A toy of 30 numbers takes their 240 bytes and as much again for the rest, and the list of stored
// toys, which a merge and a run that continues work with, takes a fraction of that.
func TestMemoryOfToys(t *testing.T) {
	const n = 20_000
	s := manyToys(t, n)
	toys := heldBy(func() []*Toy {
		stored, err := s.StoredToys()
		if err != nil || len(stored.Toys) != n {
			t.Fatalf("%d toys, error %v", len(stored.Toys), err)
		}
		return stored.Toys
	})
	if toys /= n; toys < 240 || toys > 700 {
		t.Errorf("%.0f bytes for a toy; want at most 700", toys)
	}
	list := heldBy(func() *union {
		u := newUnion(s.Manifest())
		if err := u.readStore(s); err != nil || len(u.entries) != n {
			t.Fatalf("%d toys, error %v", len(u.entries), err)
		}
		return u
	})
	if list /= n; list < 40 || list > 150 {
		t.Errorf("%.0f bytes for a toy in a list; want at most 150", list)
	}
}

// Lines that are longer than the buffer are read whole, with their places in the file.
func TestReadLines(t *testing.T) {
	t.Parallel()
	lengths := []int{3, 0, lineBuffer - 1, lineBuffer, lineBuffer + 1, 5 * lineBuffer, 0, 7}
	var all []string
	for i, n := range lengths {
		all = append(all, strings.Repeat(string(rune('a'+i)), n))
	}
	for _, ending := range []string{"", "\n"} {
		path := filepath.Join(t.TempDir(), "lines")
		content := strings.Join(all, "\n") + ending
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		var got []string
		err := readLines(path, func(line fileLine) error {
			got = append(got, string(line.text))
			if line.number != len(got) || line.ended != (len(got) < len(all) || ending != "") ||
				!strings.HasPrefix(content[line.offset:], string(line.text)) {
				t.Errorf("line %d: number %d, offset %d, ended %v", len(got), line.number,
					line.offset, line.ended)
			}
			return nil
		})
		if err != nil || !slices.Equal(got, all) {
			t.Errorf("ending %q: %d of %d lines, error %v", ending, len(got), len(all), err)
		}
	}
}

// The end of a file is found without reading all of it.
func TestLastLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, tail string }{
		{"", ""}, {"a", "a"}, {"a\n", ""}, {"a\nb", "b"},
		{strings.Repeat("x", 3*lineBuffer), strings.Repeat("x", 3*lineBuffer)},
		{"a\n" + strings.Repeat("x", 3*lineBuffer), strings.Repeat("x", 3*lineBuffer)},
		{strings.Repeat("x", 3*lineBuffer) + "\nyz", "yz"},
	} {
		path := filepath.Join(t.TempDir(), "toys")
		if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
			t.Fatal(err)
		}
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		tail, start, err := lastLine(f)
		if err != nil || string(tail) != c.tail || int(start) != len(c.text)-len(c.tail) {
			t.Errorf("%d bytes: a tail of %d at %d, error %v; want %d", len(c.text), len(tail),
				start, err, len(c.tail))
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A line that changes between the two readings of a merge is not copied.
func TestMergeOfChangingFile(t *testing.T) {
	t.Parallel()
	s := part(t, "a", nil, []Toy{toy(Null, 0, 0), toy(Null, 0, 1)})
	u := newUnion(s.Manifest())
	if err := u.readStore(s); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(u.paths[0])
	if err != nil {
		t.Fatal(err)
	}
	if got, err := u.lines(u.order()); err != nil || !bytes.Equal(got, text) {
		t.Fatalf("lines %q, error %v; want %q", got, err, text)
	}
	if err := os.WriteFile(u.paths[0], bytes.Replace(text, []byte(`"index":1`), []byte(`"index":7`),
		1), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err = u.lines(u.order())
	wantError(t, err, "toys-0.jsonl:2", "changed")
}

func BenchmarkStoredToys(b *testing.B) {
	s := manyToys(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.StoredToys(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkMerge(b *testing.B) {
	s := manyToys(b, 2000)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Merge(filepath.Join(b.TempDir(), "whole"), []*Store{s}); err != nil {
			b.Fatal(err)
		}
	}
}
