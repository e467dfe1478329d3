package results

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// toy returns a record of the first cell with numbers of its own.
func toy(hypothesis string, signal float64, index int) Toy {
	return Toy{
		Key: testManifest().Cells[0].ToyKey(signal), Hypothesis: hypothesis, Signal: signal,
		Index:  index,
		T:      []float64{1.0/3 + float64(index), signal - 0.1},
		Status: StatusOK, Events: 2000 + index, Injected: int(signal), Seconds: 0.25,
	}
}

func TestAppendToyLine(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	s := create(t, dir)
	failed := Toy{Key: "a1", Hypothesis: Alternative, Signal: 8, Index: 2, Status: "non-finite",
		Reason: "loss at epoch 3", Events: 5, Seconds: 1}
	for _, x := range []Toy{toy(Null, 0, 0), failed} {
		if err := s.AppendToy(x); err != nil {
			t.Fatal(err)
		}
	}
	// The checksums are those of sha256sum: printf '%s' '{"cell":...,"seconds":0.25' | sha256sum
	want := `{"cell":"n1","hypothesis":"null","signal":0,"index":0,"t":[0.3333333333333333,-0.1],"status":"ok","events":2000,"injected":0,"clamped_epochs":0,"seconds":0.25,"checksum":"5eaf00eb9ad26450"}
{"cell":"a1","hypothesis":"alternative","signal":8,"index":2,"t":[],"status":"non-finite","reason":"loss at epoch 3","events":5,"injected":0,"clamped_epochs":0,"seconds":1,"checksum":"38394b57f881852e"}
`
	if got := snapshot(t, dir)["toys/toys-0.jsonl"]; got != want {
		t.Errorf("lines are\n%swant\n%s", got, want)
	}
}

func TestAppendToyRefuses(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	for _, c := range []struct {
		change func(*Toy)
		part   string
	}{
		{func(x *Toy) { x.Hypothesis = "H1" }, "H1"},
		{func(x *Toy) { x.Index = -1 }, "index"},
		{func(x *Toy) { x.Signal = math.Inf(1) }, "signal"},
		{func(x *Toy) { x.Signal = -1 }, "signal"},
		{func(x *Toy) { x.T[1] = math.NaN() }, "scale 1 is NaN"},
		{func(x *Toy) { x.T[0] = math.Inf(-1) }, "scale 0 is -Inf"},
		{func(x *Toy) { x.Seconds = math.NaN() }, "seconds"},
		{func(x *Toy) { x.T = nil }, "0 statistics"},
		{func(x *Toy) { x.T = x.T[:1] }, "1 statistics, but its cell has 2 scales"},
		{func(x *Toy) { x.Key = "n1" }, `no cell of the run has its key "n1"`},
		{func(x *Toy) { x.Key = "a2" }, "2 statistics, but its cell has 1 scales"},
		{func(x *Toy) { x.Kernels = make([]Kernels, 3) }, "the kernels of 3 scales"},
		{func(x *Toy) { x.Status = "non-finite" }, "2 statistics"},
		{func(x *Toy) { x.Status = "" }, "status"},
	} {
		x := toy(Alternative, 8, 3)
		c.change(&x)
		wantError(t, s.AppendToy(x), c.part, "toy")
	}
	if toys, err := s.Toys(); err != nil || len(toys) != 0 {
		t.Errorf("refused toys were stored: %v, %v", toys, err)
	}
}

// After a write that failed the tail may be torn, so nothing may follow it.
func TestAppendToyAfterFailure(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	good := s.toys
	readOnly, err := os.Open(good.Name())
	if err != nil {
		t.Fatal(err)
	}
	s.toys = readOnly
	wantError(t, s.AppendToy(toy(Null, 0, 0)), "null toy 0")
	s.toys = good
	wantError(t, s.AppendToy(toy(Null, 0, 1)), "null toy 1")
	if err := readOnly.Close(); err != nil {
		t.Fatal(err)
	}
	if toys, err := s.Toys(); err != nil || len(toys) != 0 {
		t.Errorf("toys after a failed write: %v, %v", toys, err)
	}
}

// A toy that failed has no statistics. It reads back as it was written.
func TestToysFailed(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	want := Toy{Key: "n1", Hypothesis: Null, Index: 3, T: []float64{}, Status: "non-finite",
		Reason: "gradient at epoch 2", Seconds: 1}
	if err := s.AppendToy(want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Toy{want}, got); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
}

func TestAppendToyTogether(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	const writers, each = 8, 50
	errs := make([]error, writers)
	var wg sync.WaitGroup
	for w := range writers {
		wg.Go(func() {
			for i := range each {
				if err := s.AppendToy(toy(Alternative, float64(w), i)); err != nil {
					errs[w] = err
					return
				}
			}
		})
	}
	wg.Go(func() { // someone looks while it goes on
		for range 20 {
			if _, err := s.Toys(); err != nil {
				t.Error(err)
			}
		}
	})
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	var want []Toy
	for w := range writers {
		for i := range each {
			want = append(want, toy(Alternative, float64(w), i))
		}
	}
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
}

// The finite numbers of a toy come back with the same bits.
func TestToysRoundTrip(t *testing.T) {
	t.Parallel()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	stored := map[int]Toy{}
	rapid.Check(t, func(rt *rapid.T) {
		x := Toy{
			Key:        "a1",
			Hypothesis: Alternative,
			Signal: rapid.Float64Range(math.SmallestNonzeroFloat64, math.MaxFloat64).Draw(rt,
				"signal"),
			Index:  len(stored),
			T:      rapid.SliceOfN(rapid.Float64().Filter(finite), 2, 2).Draw(rt, "t"),
			Status: StatusOK,
			Reason: strings.ToValidUTF8(rapid.String().Draw(rt, "reason"), "?"),
		}
		if err := s.AppendToy(x); err != nil {
			rt.Fatal(err)
		}
		stored[x.Index] = x
	})
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != len(stored) {
		t.Fatalf("%d toys, want %d", len(got), len(stored))
	}
	for _, x := range got {
		if diff := cmp.Diff(stored[x.Index], x); diff != "" {
			t.Errorf("toy (-want +got):\n%s", diff)
		}
	}
}

// A process that is killed in a write may leave any part of the last line. Whatever its length, a
// reader sees the whole lines, and a writer that stores the toy again leaves the file of an
// unbroken run.
func TestTornTail(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	s := create(t, filepath.Join(root, "unbroken"))
	want := []Toy{toy(Null, 0, 0), toy(Null, 0, 1), toy(Alternative, 8, 0)}
	for _, x := range want {
		if err := s.AppendToy(x); err != nil {
			t.Fatal(err)
		}
	}
	unbroken := snapshot(t, s.Dir())["toys/toys-0.jsonl"]
	start := strings.LastIndexByte(unbroken[:len(unbroken)-1], '\n') + 1
	if start < 2 {
		t.Fatal("the file does not have several lines")
	}
	for length := start; length <= len(unbroken); length++ {
		dir := filepath.Join(root, fmt.Sprint(length))
		if err := create(t, dir).Close(); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, "toys", Shard{}.FileName())
		if err := os.WriteFile(path, []byte(unbroken[:length]), 0o644); err != nil {
			t.Fatal(err)
		}
		seen := want[:2]
		if length >= len(unbroken)-1 {
			seen = want // only the newline is missing, or nothing
		}

		reader, err := Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		got, err := reader.Toys()
		if err != nil {
			t.Fatalf("cut at %d: %v", length-start, err)
		}
		if diff := cmp.Diff(seen, got); diff != "" {
			t.Errorf("cut at %d: a reader's toys (-want +got):\n%s", length-start, diff)
		}
		if after := snapshot(t, dir)["toys/toys-0.jsonl"]; after != unbroken[:length] {
			t.Errorf("cut at %d: reading changed the file", length-start)
		}

		writer := create(t, dir)
		if got, err = writer.Toys(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(seen, got); diff != "" {
			t.Errorf("cut at %d: a writer's toys (-want +got):\n%s", length-start, diff)
		}
		for _, x := range want[len(got):] {
			if err := writer.AppendToy(x); err != nil {
				t.Fatal(err)
			}
		}
		if after := snapshot(t, dir)["toys/toys-0.jsonl"]; after != unbroken {
			t.Errorf("cut at %d: the file after resuming is\n%swant\n%s", length-start, after,
				unbroken)
		}
		if err := writer.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// shards writes toys files into a new run and opens it.
func shards(t *testing.T, files map[string]string) *Store {
	t.Helper()
	s := create(t, filepath.Join(t.TempDir(), "run"))
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(s.Dir(), "toys", name), []byte(content),
			0o644); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

func lines(t *testing.T, toys ...Toy) string {
	t.Helper()
	s := create(t, filepath.Join(t.TempDir(), "lines"))
	for _, x := range toys {
		if err := s.AppendToy(x); err != nil {
			t.Fatal(err)
		}
	}
	return snapshot(t, s.Dir())["toys/toys-0.jsonl"]
}

func TestToysSortedOverShards(t *testing.T) {
	t.Parallel()
	a, b, c, d, e := toy(Null, 0, 0), toy(Null, 0, 11), toy(Alternative, 2, 1),
		toy(Alternative, 10, 0), toy(Alternative, 10, 2)
	s := shards(t, map[string]string{
		"toys-0.jsonl": lines(t, e, b),
		"toys-1.jsonl": lines(t, d, a, c),
		"notes.txt":    "not a toys file",
	})
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Toy{a, b, c, d, e}, got); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
}

func TestToysTwice(t *testing.T) {
	t.Parallel()
	first, slower := toy(Null, 0, 4), toy(Null, 0, 4)
	slower.Seconds = 99
	s := shards(t, map[string]string{"toys-0.jsonl": lines(t, first, toy(Null, 0, 5), slower),
		"toys-1.jsonl": lines(t, slower)})
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Toy{first, toy(Null, 0, 5)}, got); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
}

func TestToysInConflict(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*Toy){
		"t":        func(x *Toy) { x.T[1] = math.Nextafter(x.T[1], 0) },
		"status":   func(x *Toy) { x.Status, x.T = "non-finite", nil },
		"reason":   func(x *Toy) { x.Reason = "another" },
		"events":   func(x *Toy) { x.Events++ },
		"inject":   func(x *Toy) { x.Injected++ },
		"clamped":  func(x *Toy) { x.ClampedEpochs++ },
		"warnings": func(x *Toy) { x.Warnings = []string{"few rows"} },
		"leading":  func(x *Toy) { x.Leading = &Leading{Sigma: 1} },
		"kernels": func(x *Toy) {
			x.Kernels = []Kernels{{Centroids: [][]float64{{1}}, Coefficients: []float64{2}},
				{Centroids: [][]float64{{1}}, Coefficients: []float64{3}}}
		},
	} {
		x := toy(Alternative, 2.5, 4)
		change(&x)
		s := shards(t, map[string]string{
			"toys-0.jsonl": lines(t, toy(Null, 0, 0), toy(Alternative, 2.5, 4)),
			"toys-1.jsonl": lines(t, x),
		})
		_, err := s.Toys()
		if err == nil {
			t.Errorf("%s differs, and no error", name)
			continue
		}
		wantError(t, err, "alternative toy 4 at N_S = 2.5", "toys-0.jsonl:2", "toys-1.jsonl:1",
			"cell 1 ")
	}
}

// Toys of one index and strength in different cells are different toys; they come in the order of
// the cells.
func TestToysOfCells(t *testing.T) {
	t.Parallel()
	second := Toy{Key: "n2", Hypothesis: Null, T: []float64{1}, Status: StatusOK}
	s := shards(t, map[string]string{"toys-0.jsonl": lines(t, second, toy(Alternative, 0, 0),
		toy(Null, 0, 0))})
	got, err := s.Toys()
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]Toy{toy(Null, 0, 0), toy(Alternative, 0, 0), second}, got); diff != "" {
		t.Errorf("toys (-want +got):\n%s", diff)
	}
}

func TestToysBrokenLine(t *testing.T) {
	t.Parallel()
	good := lines(t, toy(Null, 0, 0))
	for _, broken := range []string{
		`{"cell":"n1","hypothesis":"null","signal":0,"ind`,
		``,
		`[]`,
		`{}`,
		`{"hypothesis":"null","index":1,"t":[1,2],"status":"ok"}`,
		`{"cell":"n1","hypothesis":"null","index":1,"t":[1,2],"status":"ok"} {}`,
		`{"cell":"n1","hypothesis":"null","index":1,"t":[1,null],"status":"ok"}`,
		`{"cell":"n1","hypothesis":"null","index":1,"t":[1,2],"status":ok}`,
		`{"cell":"n1","hypothesis":"null","index":1,"t":[],"status":"ok"}`,
		"\x00\x00\x00",
	} {
		// In the middle, and at the end when the line is ended: only an unended line can be torn.
		for _, content := range []string{good + broken + "\n" + lines(t, toy(Null, 0, 2)),
			good + broken + "\n"} {
			s := shards(t, map[string]string{"toys-7.jsonl": content})
			_, err := s.Toys()
			wantError(t, err, filepath.Join(s.Dir(), "toys", "toys-7.jsonl:2"))
		}
	}
}

func BenchmarkAppendToy(b *testing.B) {
	m := testManifest()
	m.Cells[0].Scales = make([]ScaleRecord, 10)
	s, err := Create(filepath.Join(b.TempDir(), "run"), m, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	x := toy(Null, 0, 0)
	x.T = slices.Repeat([]float64{math.Pi}, 10)
	for b.Loop() {
		x.Index++
		if err := s.AppendToy(x); err != nil {
			b.Fatal(err)
		}
	}
}
