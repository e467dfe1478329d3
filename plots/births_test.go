package plots

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"sparker/plots/plotstest"
	"sparker/results"
)

func TestLives(t *testing.T) {
	t.Parallel()
	all := []int{0, 1, 2, 3, 4} // the entries of a trace of every fourth epoch
	trace := &results.Trace{Epoch: []int{1, 5, 9, 13, 17}}
	for name, c := range map[string]struct {
		born []int
		want []life
	}{
		"none":                        {nil, []life{{all, false}}},
		"between two recorded epochs": {[]int{6}, []life{{all[:2], false}, {all[2:], true}}},
		"in a recorded epoch":         {[]int{9}, []life{{all[:2], false}, {all[2:], true}}},
		"in the first epoch":          {[]int{1}, []life{{all, true}}},
		"in the last epoch":           {[]int{17}, []life{{all[:4], false}, {all[4:], true}}},
		"two": {[]int{12, 4},
			[]life{{all[:1], false}, {all[1:3], true}, {all[3:], true}}},
		"two between two recorded ones":  {[]int{6, 8}, []life{{all[:2], false}, {all[2:], true}}},
		"in the first and in the second": {[]int{1, 2}, []life{{all[:1], true}, {all[1:], true}}},
	} {
		trace.Born = []results.Birth{{Epoch: 3, Kernel: 0}} // of another kernel
		for _, epoch := range c.born {
			trace.Born = append(trace.Born, results.Birth{Epoch: epoch, Kernel: 2})
		}
		if diff := cmp.Diff(c.want, lives(trace, all, 2), cmp.AllowUnexported(life{})); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// In a thinned drawing, too, a path ends right before a birth and goes on right at it.
func TestDrawnEntriesHoldTheBirths(t *testing.T) {
	t.Parallel()
	trace := &results.Trace{}
	for k := range 10 * mostEpochs {
		trace.Epoch = append(trace.Epoch, 3*k+1)
	}
	trace.Born = []results.Birth{{Epoch: 1}, {Epoch: 2222}, {Epoch: 3*15 + 1},
		{Epoch: trace.Epoch[len(trace.Epoch)-1]}}
	shown := drawnEntries(trace)
	if !slices.IsSorted(shown) || len(slices.Compact(slices.Clone(shown))) != len(shown) {
		t.Error("the entries do not rise")
	}
	for _, k := range []int{0, 14, 15, 740, 741, len(trace.Epoch) - 2, len(trace.Epoch) - 1} {
		if !slices.Contains(shown, k) {
			t.Errorf("entry %d is not drawn", k)
		}
	}
	if n := len(shown); n > mostEpochs+2*len(trace.Born) {
		t.Errorf("%d entries are drawn", n)
	}
}

// The lives of a kernel are the shown entries in their order. Those that are born begin at the
// first entry at or after a birth, and no life goes through one.
func TestLivesOfRandomTraces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		trace := &results.Trace{Epoch: rapid.SliceOfNDistinct(rapid.IntRange(1, 40), 1, 12,
			func(e int) int { return e }).Draw(t, "epochs")}
		slices.Sort(trace.Epoch)
		last := len(trace.Epoch) - 1
		for _, epoch := range rapid.SliceOfN(rapid.IntRange(trace.Epoch[0], trace.Epoch[last]), 0,
			6).Draw(t, "births") {
			trace.Born = append(trace.Born, results.Birth{Epoch: epoch, Kernel: epoch % 2})
		}
		shown := drawnEntries(trace)
		for kernel := range 2 {
			var joined []int
			for i, l := range lives(trace, shown, kernel) {
				if len(l.entries) == 0 || i > 0 && !l.born {
					t.Fatalf("life %d: %v", i, l)
				}
				joined = append(joined, l.entries...)
				begin, end := trace.Epoch[l.entries[0]], trace.Epoch[l.entries[len(l.entries)-1]]
				before := 0
				if l.entries[0] > 0 {
					before = trace.Epoch[l.entries[0]-1]
				}
				born := slices.ContainsFunc(trace.Born,
					func(b results.Birth) bool {
						return b.Kernel == kernel && b.Epoch > before &&
							b.Epoch <= begin
					})
				inside := slices.ContainsFunc(trace.Born,
					func(b results.Birth) bool {
						return b.Kernel == kernel && b.Epoch > begin &&
							b.Epoch <= end
					})
				if born != l.born || inside {
					t.Fatalf("life %d, from epoch %d to %d, says it is born: %v; births %v", i,
						begin, end, l.born, trace.Born)
				}
			}
			if !slices.Equal(joined, shown) {
				t.Fatalf("lives through %v of %v", joined, shown)
			}
		}
	})
}

// The figures of a fit speak of births only where there are any.
func TestFiguresSayBirths(t *testing.T) {
	t.Parallel()
	for name, draw := range ofFit {
		if strings.Contains(name, "log-ratio") {
			continue
		}
		dim := 1
		if strings.Contains(name, "two") {
			dim = 2
		}
		for births := range 3 {
			f := plotstest.Fit(plotstest.FitShape{Kernels: 3, Epochs: 20, Dim: dim})
			for i := range births {
				plotstest.Bear(&f, results.Birth{Epoch: 5*i + 4, Kernel: 1}, 3, 3)
			}
			drawn, err := draw(f)
			if err != nil {
				t.Fatal(err)
			}
			words := strings.Join(strings.Fields(inspect(t, name, drawn).words()), " ")
			if said := strings.Contains(words, bornAgain); said != (births > 0) {
				t.Errorf("%s with %d births: the legend has them: %v", name, births, said)
			}
			if said := strings.Contains(words, count(births,
				"birth")+": a kernel starts again"); said != (births > 0 && name != "dynamics") {
				t.Errorf("%s with %d births says %q", name, births, words)
			}
		}
	}
}

func TestHistorySaysLead(t *testing.T) {
	t.Parallel()
	for _, want := range []bool{false, true} {
		f := plotstest.Fit(plotstest.FitShape{Kernels: 3, Epochs: 20, Dim: 1})
		if want {
			plotstest.AddLead(&f)
			f.Lead[0].T = 1000 // far above t
		}
		drawn, err := History(f)
		if err != nil {
			t.Fatal(err)
		}
		words := inspect(t, "history", drawn).words()
		for _, text := range []string{"t and lead", "Lead: the statistic of the best single kernel",
			"1000"} {
			if strings.Contains(words, text) != want {
				t.Errorf("that lead is there: %v, but not that the figure says %q; it says %q",
					want, text, words)
			}
		}
	}
}
