package sparker_test

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sparker"
	"sparker/stats"
)

// shifted returns rows that are moved in every column.
func shifted(rows sparker.Rows, by float64) sparker.Rows {
	var moved sparker.Rows
	for _, row := range rows {
		row = slices.Clone(row)
		for i := range row {
			row[i] += by
		}
		moved = append(moved, row)
	}
	return moved
}

// Without a number, the toys end when the decision is certain, and are those of a fixed number.
func TestAutoToys(t *testing.T) {
	t.Parallel()
	reference, data := events()
	for name, c := range map[string]struct {
		data  sparker.Rows
		alpha float64
	}{"equal": {shifted(reference[:200], 0), 0}, "other": {shifted(data, 3), 0},
		"other size": {shifted(data, 3), 0.3}} {
		o := sparker.Options{Method: "mahalanobis", Alpha: c.alpha, Workers: 1}
		auto := mustTest(t, reference, c.data, o)
		o.Workers = 3
		if diff := cmp.Diff(auto, mustTest(t, reference, c.data, o)); diff != "" {
			t.Errorf("%s: one worker, three:\n%s", name, diff)
		}
		n := len(auto.Null)
		fixed := mustTest(t, reference, c.data, sparker.Options{Method: "mahalanobis", Toys: n})
		if diff := cmp.Diff(auto.Null, fixed.Null); diff != "" || fixed.Stopped != "" {
			t.Errorf("%s: %d toys, stopped %q:\n%s", name, n, fixed.Stopped, diff)
		}
		want := stats.StopHigh
		if name != "equal" {
			want = stats.StopLow
		}
		if auto.Stopped != want || c.alpha == 0 && want == stats.StopLow && n != 150 ||
			c.alpha == 0.3 && n >= 50 {
			t.Errorf("%s: stopped %q after %d toys", name, auto.Stopped, n)
		}
	}
}

func TestMaxToysAndTimeLimit(t *testing.T) {
	t.Parallel()
	reference, data := events()
	data = shifted(data, 3)
	o := sparker.Options{Method: "mahalanobis", MaxToys: 39}
	res := mustTest(t, reference, data, o)
	if res.Stopped != stats.StopMaximum || len(res.Null) != 39 || math.Abs(res.P-1.0/40) > 1e-12 ||
		!strings.Contains(strings.Join(res.Warnings, ";"), "39 null toys, the largest number") {
		t.Errorf("stopped %q after %d toys, p = %v, warnings %q", res.Stopped, len(res.Null), res.P,
			res.Warnings)
	}
	const limit, tested = 3 * time.Second, 24
	start := time.Now()
	o = sparker.Options{Method: "mahalanobis", TimeLimit: limit, Workers: 1,
		Progress: func(done, total int) {
			if total != 1000 {
				t.Errorf("%d of %d toys", done, total)
			}
			if done == tested {
				time.Sleep(time.Until(start.Add(limit + 10*time.Millisecond)))
			}
		}}
	res = mustTest(t, reference, data, o)
	if res.Stopped != stats.StopTime || len(res.Null) != tested || res.P > 1.0/tested ||
		!strings.Contains(strings.Join(res.Warnings, ";"), "ended after 24 of at most 1000") {
		t.Errorf("stopped %q after %d toys, p = %v, warnings %q", res.Stopped, len(res.Null), res.P,
			res.Warnings)
	}
	var late *sparker.TimeLimitError
	_, err := sparker.Test(context.Background(), reference, data,
		&sparker.Options{Method: "mahalanobis", TimeLimit: 1})
	if !errors.As(err, &late) || late.Toys != 0 || late.Fewest != stats.FewestToys {
		t.Errorf("a limit that is too short returns %v", err)
	}
}
