package sparker

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"sparker/data"
	"sparker/internal/machine"
	"sparker/stats"
	"sparker/twosample"
)

// Options says how [Test] and [Fit] work. The zero value, and a nil pointer, stand for the defaults
// named below, which are those of the command sparker test.
type Options struct {
	// Method names the two-sample test, one of those that twosample.Methods lists. The empty name
	// stands for SparKer. Fit accepts methods that fit kernels only.
	Method string
	// MethodOptions holds the options of methods other than SparKer, by the name of the method. A
	// method that is not in it has the defaults of its publication.
	MethodOptions twosample.MethodOptions
	// Recipe is how SparKer's kernels are fitted and how the p-values of the scales are combined.
	// Nil stands for twosample.Full.
	Recipe *twosample.Recipe
	// Members are further tests of the same samples. Test makes one p-value of Method and all of
	// them (see twosample.Prepare). A member without a name has that of its method; Recipe.Member
	// makes a member of a recipe. Nil stands for the members of the recipe if the method is
	// SparKer, and for none otherwise.
	Members []twosample.MemberConfig
	// Grouping says how the statistics of the method and the members are combined. Nil stands for
	// the grouping of the recipe if the members are those of the recipe. Otherwise every test is a
	// group of its own, within which p-values are combined as in the recipe.
	Grouping *twosample.Grouping
	// KeepUnits leaves the columns in their own units. By default they are shifted and scaled by
	// the mean and the standard deviation of the reference.
	KeepUnits bool
	// Toys is the number of permutations, and so of null toys: the p-value is at least 1/(Toys+1).
	// 0 stands for as many as the decision at Alpha needs, up to MaxToys: the toys end as soon as
	// the decision is certain, with a probability of 99.9%. The p-value takes the rule into
	// account (see stats.Sequential). A clear null takes 20 toys, a clear signal 150.
	Toys int
	// MaxToys is the largest number of null toys if Toys is 0. 0 stands for 1000.
	MaxToys int
	// Alpha is the size of the test that Toys = 0 decides about, and that warnings refer to. 0
	// stands for 0.05.
	Alpha float64
	// TimeLimit, if it is above 0, is the time after the start of Test at which the last null toy
	// begins. It needs Toys = 0. Toys that are under way are finished. The result then depends on
	// the speed of the machine, and a warning says so. Fewer than 20 toys are a [*TimeLimitError].
	TimeLimit time.Duration
	// Seed is what all random numbers are derived from. 0 stands for 1. Calls with the same seed
	// and the same samples see the same toys, whatever the method.
	Seed uint64
	// Workers is the number of toys that are tested at the same time. 0 stands for the number of
	// processors that the process may use: the smallest of GOMAXPROCS, of what Slurm grants, and of
	// the quotas of the cgroups around the process. The result does not depend on it.
	Workers int
	// Extrapolate asks for Result.Extrapolated.
	Extrapolate bool
	// RowsFDR is the false-discovery rate of Result.Rows, at most 0.5: of the listed rows of the
	// data, at most this share is from the reference, on average. 0 makes no list. See
	// findings.ListRows.
	RowsFDR float64
	// Columns names the columns, for findings and warnings. Nil stands for x1, x2, ..., or x for a
	// single one.
	Columns []string
	// Quantities joins columns that are parts of one quantity, such as the indicator columns of a
	// category: it has one number for each column, and columns with the same number form a
	// quantity, which counts in distances as one column does (see data.Standardizer). Nil stands
	// for columns that are quantities of their own.
	Quantities []int
	// ReferenceWeights holds one weight for each row of the reference, such as those of simulated
	// events, on any scale. Their sum must be above 0; single ones may be negative. If they differ,
	// null toys are not permutations, because the data of a toy have no weights: Seed divides the
	// reference in two halves. One is the reference of the data and of all toys, and the data of
	// toys are thrown from the other (see data.Thrower). Nil stands for equal weights.
	ReferenceWeights []float64
	// DataWeights holds one weight for each row of the data. It needs ReferenceWeights, on the same
	// scale. Null toys are then permutations in which rows keep their weights: under the null
	// hypothesis, rows and weights together have one distribution in both tables.
	DataWeights []float64
	// ReferenceBlocks and DataBlocks name the block of each row: rows with the same name, such as
	// those of a run, a subject or a day, belong together. Null toys then share out whole blocks,
	// and p is exact if the blocks are exchangeable; the rows of a block may depend on each other.
	// A block with rows in both tables is a *data.SharedBlocksError. Nil stands for rows that are
	// exchangeable one by one. A name must not be empty. Blocks exclude weights and RowsFDR.
	ReferenceBlocks, DataBlocks []string
	// IDs names the rows of the data, for findings. Nil stands for no names.
	IDs []string
	// RowNumbers holds the number of each data row in its file, for findings. Nil stands for 0, 1,
	// 2, ...
	RowNumbers []int
	// Progress, if it is set, is called after every toy with the number of toys that are done and
	// the number of all of them, from one goroutine at a time. The latter is MaxToys if Toys is 0.
	Progress func(done, total int)
}

// defaultRecipe returns the recipe of Options without one.
func defaultRecipe() twosample.Recipe { return twosample.Full() }

// The other defaults of Options.
const (
	defaultMaxToys = 1000
	defaultAlpha   = 0.05
	defaultSeed    = 1
)

// maxRowsFDR is the largest false-discovery rate of a list of rows: of more, most may be wrong.
const maxRowsFDR = 0.5

// OptionError reports a field of [Options] with an impossible value.
type OptionError struct {
	Field  string // its name
	Reason string // what is wrong, and what is allowed
}

func (e *OptionError) Error() string { return "sparker: Options." + e.Field + " " + e.Reason }

// complete returns the options with the defaults filled in, for samples of d columns and n data
// rows.
func (o *Options) complete(n, d int) (Options, error) {
	c := Options{}
	if o != nil {
		c = *o
	}
	if c.Method == "" {
		c.Method = twosample.DefaultMethod
	}
	if c.Recipe == nil {
		recipe := defaultRecipe()
		c.Recipe = &recipe
	}
	c.completeMembers()
	if err := c.completeToys(); err != nil {
		return c, err
	}
	if c.Seed == 0 {
		c.Seed = defaultSeed
	}
	if c.Workers == 0 {
		c.Workers = machine.Workers()
	}
	switch {
	case c.Workers < 0:
		return c, &OptionError{"Workers", fmt.Sprintf("is %d; want at least 1, or 0 for the "+
			"number of processors", c.Workers)}
	case !(c.RowsFDR >= 0 && c.RowsFDR <= maxRowsFDR):
		return c, &OptionError{"RowsFDR", fmt.Sprintf("is %v; want at least 0 and at most %v, and "+
			"0 for no list", c.RowsFDR, maxRowsFDR)}
	case c.Columns != nil && len(c.Columns) != d:
		return c, &OptionError{"Columns", fmt.Sprintf("has %d names for %d columns",
			len(c.Columns), d)}
	case c.Quantities != nil && len(c.Quantities) != d:
		return c, &OptionError{"Quantities", fmt.Sprintf("has %d numbers for %d columns",
			len(c.Quantities), d)}
	case c.IDs != nil && len(c.IDs) != n:
		return c, &OptionError{"IDs", fmt.Sprintf("has %d names for %d data rows", len(c.IDs), n)}
	case c.RowNumbers != nil && len(c.RowNumbers) != n:
		return c, &OptionError{"RowNumbers", fmt.Sprintf("has %d numbers for %d data rows",
			len(c.RowNumbers), n)}
	}
	return c, nil
}

// completeToys fills in and checks the options about the number of toys.
func (o *Options) completeToys() error {
	o.MaxToys = cmp.Or(o.MaxToys, defaultMaxToys)
	o.Alpha = cmp.Or(o.Alpha, defaultAlpha)
	switch {
	case o.Toys < 0:
		return &OptionError{"Toys", fmt.Sprintf("is %d; want at least 1, or 0 for as many as the "+
			"decision needs", o.Toys)}
	case o.MaxToys < 1 || o.MaxToys > stats.MaxSequentialToys:
		return &OptionError{"MaxToys", fmt.Sprintf("is %d; want 1 to %d, or 0 for %d", o.MaxToys,
			stats.MaxSequentialToys, defaultMaxToys)}
	case !(o.Alpha > 0 && o.Alpha < 1):
		return &OptionError{"Alpha", fmt.Sprintf("is %v; want a number between 0 and 1, or 0 for "+
			"%v", o.Alpha, defaultAlpha)}
	case o.TimeLimit < 0:
		return &OptionError{"TimeLimit", fmt.Sprintf("is %v; want 0 or more", o.TimeLimit)}
	case o.TimeLimit > 0 && o.Toys > 0:
		return &OptionError{"TimeLimit", "is set as well as Toys; want Toys = 0"}
	}
	return nil
}

// completeMembers fills in the members and their grouping. A recipe is a way to use SparKer: its
// members and groups do not apply to other methods.
func (o *Options) completeMembers() {
	grouping := twosample.Grouping{Combine: o.Recipe.Combine}
	if o.Members == nil && o.Method == twosample.DefaultMethod {
		o.Members, grouping = o.Recipe.Members, o.Recipe.Grouping()
	}
	o.Members = slices.Clone(o.Members)
	for i := range o.Members {
		o.Members[i].Name = cmp.Or(o.Members[i].Name, o.Members[i].Method)
	}
	if o.Grouping == nil {
		o.Grouping = &grouping
	}
}

// columns returns the names of d columns.
func (o Options) columns(d int) []string {
	if o.Columns != nil {
		return o.Columns
	}
	return data.ColumnNames(d)
}
