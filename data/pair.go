package data

// Pair is one toy, or the observed data with their reference: the two samples that a test compares.
type Pair struct {
	Reference Sample
	Data      Sample
	// Weight is the weight w of every row of the reference. The weighted reference stands for the
	// events that are expected in the data: w is N(R)/N_R if counting is extended, and N_D/N_R if
	// it is shape-only.
	Weight float64
	// ReferenceWeights are the weights of reference rows relative to each other: row j weighs
	// Weight times ReferenceWeights[j]. Their mean is 1, so that Weight stays N(R)/N_R. Single
	// weights may be negative. Nil stands for equal weights.
	ReferenceWeights []float64
	// DataWeights are the same of the data rows, with a mean of 1. Nil stands for rows of weight 1.
	DataWeights []float64
	// Nuisances are the parameters that the density of the reference depends on.
	Nuisances []Nuisance
	// Injected is the number of anomalous events. They are the last rows of Data.
	Injected int
	// Columns holds the names of the columns, for warnings. Nil stands for those of [ColumnNames].
	Columns []string
	// Quantities joins columns that are parts of one quantity, such as the indicator columns of a
	// category: it has one number for each column, which is the same for such columns. See
	// [Standardizer]. If it is nil, every column is a quantity of its own.
	Quantities []int
	// Index holds, for rows that come from a file, the number of each data row in its file, counted
	// from 0. Labels and IDs hold the label and the name of each data row. All three are nil if
	// there are none.
	Index       []int
	Labels, IDs []string
	// Texts and Images hold a text and the path of an image for each row of an observed sample, or
	// are nil. An entry may be empty.
	Texts, Images []string
}
