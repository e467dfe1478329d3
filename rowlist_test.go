package sparker_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"sparker"
	"sparker/internal/rng"
	"sparker/twosample"
)

// A list of rows is made if it is asked for, and does not change the test.
func TestRowsFDR(t *testing.T) {
	t.Parallel()
	reference, data := clusterTables()
	recipe := twosample.Lead()
	recipe.Train.Epochs = 40
	var results []*sparker.Result
	for _, q := range []float64{0, 0.2} {
		r, err := sparker.Test(context.Background(), reference, data, &sparker.Options{Toys: 5,
			Recipe: &recipe, RowsFDR: q, IDs: names(len(data))})
		if err != nil {
			t.Fatal(err)
		}
		results = append(results, r)
	}
	plain, listed := results[0], results[1]
	if plain.Rows != nil || listed.Rows == nil || plain.P != listed.P {
		t.Fatalf("p %v and a list %v; p %v and %v with a list", plain.P, plain.Rows, listed.P,
			listed.Rows)
	}
	found := 0
	for _, row := range listed.Rows.Rows {
		if row.Row >= len(data)-clusterRows {
			found++
		}
		if row.ID != names(len(data))[row.Row] {
			t.Errorf("row %d is called %s", row.Row, row.ID)
		}
	}
	if found < clusterRows/2 || listed.Rows.Novel == nil || listed.Rows.Q != 0.2 {
		t.Errorf("%d rows of the cluster of %d: %+v", found, clusterRows, listed.Rows)
	}
}

// A list that cannot be made is an error before any work.
func TestRowsFDRRefuses(t *testing.T) {
	t.Parallel()
	reference, data := clusterTables()
	for _, o := range []sparker.Options{{RowsFDR: -0.1}, {RowsFDR: 0.6}, {RowsFDR: math.NaN()},
		{RowsFDR: 0.1, Method: "energy"}} {
		o.Progress = func(int, int) { t.Errorf("%+v: a toy is tested", o) }
		_, err := sparker.Test(context.Background(), reference, data, &o)
		var option *sparker.OptionError
		if !errors.As(err, &option) || option.Field != "RowsFDR" {
			t.Errorf("RowsFDR %v of %q: %v", o.RowsFDR, o.Method, err)
		}
	}
}

const clusterRows = 20

// clusterTables returns a reference, and data whose last rows are a cluster.
func clusterTables() (reference, data sparker.Rows) {
	r := rng.New(1, "sparker rows")
	draw := func(n, cluster int) sparker.Rows {
		rows := make(sparker.Rows, n)
		for i := range rows {
			rows[i] = []float64{r.NormFloat64(), r.NormFloat64()}
			if i >= n-cluster {
				rows[i][0], rows[i][1] = 3+0.1*rows[i][0], 3+0.1*rows[i][1]
			}
		}
		return rows
	}
	return draw(900, 0), draw(200, clusterRows)
}

// names returns names of n rows.
func names(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprint("event ", i)
	}
	return list
}
