package sparker_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker"
	"sparker/data"
	"sparker/twosample"
)

// unevenBlocks names the blocks of n rows: 5, 9, 13, 17, 5, ... rows.
func unevenBlocks(prefix string, n int) []string {
	var names []string
	for k := 0; len(names) < n; k++ {
		for range min(5+4*(k%4), n-len(names)) {
			names = append(names, fmt.Sprint(prefix, k))
		}
	}
	return names
}

// Rows of one run have a common offset. Row by row the samples differ; run by run they do not.
func ExampleOptions_blocks() {
	r := rand.New(rand.NewPCG(1, 3))
	runs := func(prefix string, n int) (table sparker.Rows, names []string) {
		for k := range n {
			offset := r.NormFloat64()
			for range 20 {
				table = append(table, []float64{offset + r.NormFloat64()})
				names = append(names, fmt.Sprint(prefix, k))
			}
		}
		return table, names
	}
	reference, referenceRuns := runs("reference ", 20)
	data, dataRuns := runs("data ", 10)
	o := sparker.Options{ReferenceBlocks: referenceRuns, DataBlocks: dataRuns, Method: "energy",
		Toys: 99}
	together, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		log.Fatal(err)
	}
	o.ReferenceBlocks, o.DataBlocks = nil, nil
	apart, err := sparker.Test(context.Background(), reference, data, &o)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("p = %.2f; row by row, p = %.2f\n", together.P, apart.P)
	// Output:
	// p = 0.47; row by row, p = 0.03
}

// The toys of blocks have samples of several sizes. The statistics of every method are the same
// whether one instance of the test sees all of them in turn or several share them: nothing is kept
// from a toy of another size.
func TestEveryMethodWithBlocks(t *testing.T) {
	t.Parallel()
	reference, table := events()
	reference, table = reference[:160], table[300:]
	for _, m := range twosample.Methods() {
		if m.Limit {
			continue
		}
		t.Run(m.Name, func(t *testing.T) {
			t.Parallel()
			o := sparker.Options{Method: m.Name, Recipe: quick(), Toys: 9, Workers: 1,
				ReferenceBlocks: unevenBlocks("r", len(reference)),
				DataBlocks:      unevenBlocks("d", len(table))}
			if m.Name == "network" {
				o.MethodOptions = shortNetwork()
			}
			one := mustTest(t, reference, table, o)
			o.Workers = 4
			if diff := cmp.Diff(one, mustTest(t, reference, table, o)); diff != "" {
				t.Errorf("one worker and four:\n%s", diff)
			}
			o.ReferenceBlocks, o.DataBlocks = nil, nil
			if rows := mustTest(t, reference, table, o); cmp.Equal(rows.Null, one.Null) {
				t.Error("the toys are those without blocks")
			}
		})
	}
}

// With four blocks, one of which is data, there are four statistics, and a warning says so. Ties
// are exact: p is not decided by rounding.
func TestBlocksThatAreFew(t *testing.T) {
	t.Parallel()
	reference, table := events()
	reference, table = reference[:60], table[:20]
	o := sparker.Options{Method: "energy", Toys: 19,
		ReferenceBlocks: slices.Repeat([]string{"a", "b", "c"}, 20),
		DataBlocks:      slices.Repeat([]string{"d"}, 20)}
	few := mustTest(t, reference, table, o)
	if !slices.ContainsFunc(few.Warnings, func(w string) bool {
		return strings.Contains(w, "1 of 4 are data, which can be chosen in 4 ways")
	}) {
		t.Errorf("warnings %q", few.Warnings)
	}
	distinct := map[float64]bool{few.Scales[0].T: true}
	for _, row := range few.Null {
		distinct[row[0]] = true
	}
	if len(distinct) != 4 {
		t.Errorf("%d different statistics of 4 pairs", len(distinct))
	}
	if few.P < 0.1 {
		t.Errorf("p = %v, although one of four pairs is as extreme as the data", few.P)
	}
}

func TestWrongBlocks(t *testing.T) {
	t.Parallel()
	reference, table := events()
	reference, table = reference[:60], table[:20]
	names := func(n int) []string { return slices.Repeat([]string{"a"}, n) }
	var wrong *sparker.OptionError
	for field, o := range map[string]sparker.Options{
		"ReferenceBlocks":  {DataBlocks: names(20)},
		"DataBlocks":       {ReferenceBlocks: names(60), DataBlocks: names(19)},
		"ReferenceBlocks ": {ReferenceBlocks: append(names(59), ""), DataBlocks: names(20)},
		"DataBlocks ":      {ReferenceBlocks: names(60), DataBlocks: append(names(19), "")},
		"RowsFDR":          {ReferenceBlocks: names(60), DataBlocks: names(20), RowsFDR: 0.1},
	} {
		_, err := sparker.Test(t.Context(), reference, table, &o)
		if !errors.As(err, &wrong) || wrong.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	var shared *data.SharedBlocksError
	_, err := sparker.Test(t.Context(), reference, table, &sparker.Options{
		ReferenceBlocks: names(60), DataBlocks: names(20)})
	if !errors.As(err, &shared) {
		t.Error(err)
	}
}
