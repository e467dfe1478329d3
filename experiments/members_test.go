package experiments

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/results"
)

// withMembers is tiny with a convex fit of two ridges, a test without kernels, and groups.
const withMembers = `name: members
data: {reference: 300, expected: 60}
train: {epochs: 40, checkpoints: {count: 4}}
toys: {null: 20, alternative: 6, signal: [0, 12]}
record: {fits: 1}
tests: [sparker, mahalanobis]
combine: true
test:
  members:
    - name: wide
      model: {kernels: 8, softmax: false, init: kmeans, centroids: frozen}
      train: {optimizer: convex, ridges: [0.3, 0.03], epochs: 3, checkpoints: {count: 3}}
  groups:
    - {members: [sparker], weight: 3}
    - {members: [wide]}
`

// Two halves of a run with members, one of which is stopped and continued with another number of
// workers, merge into the bytes of an unbroken run.
func TestRunWithMembersIsReproducible(t *testing.T) {
	t.Parallel()
	s := configs.Single(loadSweep(t, withMembers).Base)
	root := t.TempDir()
	files := func(name string) map[string]string {
		dir := filepath.Join(root, name)
		all := outputs(t, dir)
		text, err := os.ReadFile(filepath.Join(dir, results.GroupTable))
		if err != nil {
			t.Fatal(err)
		}
		all[results.GroupTable] = string(text)
		return all
	}
	_, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(root, "whole"), Workers: 1})
	c := summary.Cells[0]
	var members, groups []string
	for _, scale := range c.Scales {
		members = append(members, scale.Member)
	}
	for _, g := range c.Groups {
		groups = append(groups, g.Name)
	}
	if got := slices.Compact(members); !slices.Equal(got, []string{"", "wide", "mahalanobis"}) ||
		!slices.Equal(groups, []string{"sparker", "wide", "mahalanobis"}) {
		t.Fatalf("statistics of %q in groups %q", got, groups)
	}
	want := files("whole")

	stores := stoppedHalves(t, s, filepath.Join(root, "a"), filepath.Join(root, "b"))
	merged, err := results.Merge(filepath.Join(root, "merged"), stores)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened(t, merged)[0].Write(); err != nil {
		t.Fatal(err)
	}
	sameOutputs(t, "halves", files("merged"), want)
}

// stoppedHalves makes the halves of a run in two folders. The first is stopped and continued.
func stoppedHalves(t *testing.T, s configs.Sweep, dirs ...string) (stores []*results.Store) {
	t.Helper()
	half := func(i int) RunOptions {
		return RunOptions{Dir: dirs[i-1], Workers: i,
			Shard: results.Shard{Number: i, Count: 2}}
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stopped := half(1)
	stopped.Progress = func(p Progress) {
		if p.Done >= 5 {
			cancel()
		}
	}
	if _, _, err := Run(ctx, s, stopped); !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped run returns %v", err)
	}
	for i := 1; i <= 2; i++ {
		o := half(i)
		var first Progress
		o.Progress = func(p Progress) {
			if first.Total == 0 {
				first = p
			}
		}
		store, partial := runSweep(t, s, o)
		if i == 1 && first.Resumed < 5 {
			t.Errorf("the second start found %d toys", first.Resumed)
		}
		if partial.Complete || !strings.Contains(strings.Join(partial.Cells[0].Warnings, "\n"),
			"partial: ") {
			t.Errorf("half %d: complete %v", i, partial.Complete)
		}
		stores = append(stores, store)
	}
	return stores
}
