package experiments

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
)

// Labels and units go to the columns of their names, those of a category to all its columns.
func TestDescribeColumns(t *testing.T) {
	t.Parallel()
	names := []string{"mass", "kind=muon", "kind=tau", "mass2", "pt", "pt missing"}
	got, err := describeColumns(names, []sources.ColumnConfig{{Name: "mass", Unit: "GeV"},
		{Name: "kind", Label: "lepton"}, {Name: "pt", Label: "p_{T}", Unit: "GeV"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []results.Column{{Name: "mass", Unit: "GeV"},
		{Name: "kind=muon", Label: "lepton=muon"}, {Name: "kind=tau", Label: "lepton=tau"},
		{Name: "mass2"}, {Name: "pt", Label: "p_{T}", Unit: "GeV"},
		{Name: "pt missing", Label: "p_{T} missing", Unit: "GeV"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	for name, wants := range map[string][]string{
		"masss": {"data.columns[0].name", `"masss" is not a column, did you mean "mass"?`,
			"mass, kind=muon"},
		"energy": {`"energy" is not a column; the columns are mass`},
	} {
		_, err := describeColumns(names, []sources.ColumnConfig{{Name: name, Unit: "GeV"}})
		if err == nil {
			t.Errorf("%s: no error", name)
			continue
		}
		for _, want := range wants {
			if text := withKey(err).Error(); !strings.Contains(text, want) {
				t.Errorf("%s: %q lacks %q", name, text, want)
			}
		}
	}
}

// Toys do not depend on what figures write for a column.
func TestLabelsKeepTheToys(t *testing.T) {
	t.Parallel()
	plain := configs.Defaults()
	plain.Name = "labels"
	labeled := plain
	labeled.Data.Columns = []sources.ColumnConfig{{Name: "x", Label: "m", Unit: "GeV"}}
	before, err := newKeys(plain)
	if err != nil {
		t.Fatal(err)
	}
	after, err := newKeys(labeled)
	if err != nil || before != after {
		t.Errorf("keys %v and %v (%v)", before, after, err)
	}
}
