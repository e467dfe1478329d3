package results

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"time"

	"sparker/internal/clean"
)

// SummarySchema is the version of summary.json.
const SummarySchema = "sparker/summary/2"

// Summary is summary.json: everything that is said about a run. It depends on the config and the
// toys alone: two runs of one config give the same bytes, whatever the number of workers.
type Summary struct {
	Schema string `json:"schema"`
	Name   string `json:"name"`
	Digest string `json:"digest"` // that of the manifest
	// Complete reports whether every toy that the config asks for is stored.
	Complete bool         `json:"complete"`
	Axes     []AxisRecord `json:"axes,omitempty"`
	// Cells are the experiments of the run that have null toys, in the order of the manifest.
	Cells []CellSummary `json:"cells"`
	// Warnings concern the run as a whole. Each cell has its own.
	Warnings []string `json:"warnings"`
}

// CellSummary is what is said about one experiment of a run.
type CellSummary struct {
	Cell     int         `json:"cell"` // number in the run, from 1
	Name     string      `json:"name"` // that of the run
	Arms     []ArmRecord `json:"settings,omitempty"`
	Complete bool        `json:"complete"`
	// Method is the two-sample test, and Combine the way its statistics are combined.
	Method  string `json:"method"`
	Combine string `json:"combine"`
	// Groups are the sets of statistics with a p-value of their own; empty if all are combined at
	// once.
	Groups []GroupRecord `json:"groups,omitempty"`
	// Alpha is the size asked for. AlphaAttained is the largest size at or below it that B null
	// toys can give, and AlphaError the standard error of the size that the calibration has.
	Alpha         float64      `json:"alpha"`
	AlphaAttained float64      `json:"alpha_attained"`
	AlphaError    float64      `json:"alpha_error"`
	Null          NullSummary  `json:"null"`
	Scales        []ScaleStats `json:"scales"`
	Points        []Point      `json:"points"`
	// Observed is the result for the observed sample; nil if there is none.
	Observed *ObservedSummary `json:"observed,omitempty"`
	Widths   WidthsRecord     `json:"widths"`
	// Warnings hold the text of each of the signatures as well.
	Warnings []string `json:"warnings"`
	// Signatures are the failure signatures of the method that the toys and the fits show.
	Signatures []Signature `json:"signatures,omitempty"`
}

// Signature is a failure signature of the method (arXiv:2511.03095): a way in which a test fails
// that can be seen without the truth. The warning of a signature is its String.
type Signature struct {
	// Name is one of "collapse", "no-convergence", "high-variance", "type-I", "stuck",
	// "no-localization", "untrained-scale" and "few-toys".
	Name   string `json:"name"`
	Text   string `json:"text"`   // what was seen, with its numbers
	Remedy string `json:"remedy"` // what to change
}

// String returns the signature as one line.
func (s Signature) String() string { return s.Name + ": " + s.Text + "; " + s.Remedy }

// Title names a cell: by its arms, or by the run's name if the run has no axes.
func (c CellSummary) Title() string {
	if len(c.Arms) == 0 {
		return c.Name
	}
	return Describe(c.Arms)
}

// HasPower reports whether the power at a signal strength of the cell is known. It is not without a
// toy there, nor if every null fit failed: nothing could then be rejected.
func (c CellSummary) HasPower(p Point) bool { return p.Toys > 0 && c.Null.Failed < c.Null.Toys }

// GroupRecord is a set of statistics that are combined with each other before the groups are.
type GroupRecord struct {
	Name    string  `json:"name"`
	Weight  float64 `json:"weight"`  // relative to the mean weight of the groups
	Combine string  `json:"combine"` // the combination within the group
	Scales  []int   `json:"scales"`  // of the cell, counted from 0
}

// ObservedGroup is the p-value of a group.
type ObservedGroup struct {
	Name string  `json:"name"`
	P    float64 `json:"p"`
}

// ObservedSummary is the result of the test of an observed sample.
type ObservedSummary struct {
	Events int `json:"events"` // N_D
	// P is the global p-value and Z its significance. With ZBound no null toy was as extreme: P is
	// then an upper bound, and Z a lower one. Both are nil, and absent from the file, unless Status
	// is StatusOK.
	P      *float64 `json:"p,omitempty"`
	Z      *float64 `json:"z,omitempty"`
	ZBound bool     `json:"z_bound"`
	// T holds the statistics, and ScaleP the p-value of each scale alone, for information. ScaleP
	// is absent where P is.
	T      []float64 `json:"t"`
	ScaleP []float64 `json:"scale_p,omitempty"`
	// Groups holds the p-value of each group alone, for information.
	Groups []ObservedGroup `json:"groups,omitempty"`
	// Status is that of the test of the sample, or StatusTooManyFailures.
	Status string `json:"status"`
	Reason string `json:"reason,omitempty"` // why Status is not StatusOK
	// Stopped says how null toys whose number depends on their outcomes ended: "low" or "high" if
	// it is certain that p is at most or above alpha, "maximum" if MaxToys did not decide, and
	// "time" if the toys ended before, by a limit of time or because the run is not finished. It
	// is absent if the number of toys is fixed, and without a p-value to decide about.
	Stopped string `json:"stopped,omitempty"`
	// MaxToys is the largest number of such toys.
	MaxToys int `json:"max_toys,omitempty"`
	// Extrapolated is the p-value beyond the toys, if the config asks for it. It never replaces P.
	Extrapolated *Extrapolated `json:"extrapolated,omitempty"`
	// Nuisances says how the nuisance parameters were fitted; nil if there are none.
	Nuisances *NuisanceRecord `json:"nuisances,omitempty"`
	// Shared is the number of rows that are also in the reference, as in PoolSizes.
	Shared int `json:"shared,omitempty"`
}

// Extrapolated is a p-value beyond the null toys, with the reason if there is none. It assumes that
// the tail of the null distribution goes on as it is among the toys.
type Extrapolated struct {
	// P and Z are the extrapolated p-value and its significance, and Interval the 95% interval of
	// P. They are absent if Reason is set.
	P        *float64  `json:"p,omitempty"`
	Z        *float64  `json:"z,omitempty"`
	Interval *Interval `json:"interval,omitempty"`
	// Methods says how the null distribution of each scale was smoothed: "chi-square", "gamma",
	// "pareto" or "ranks".
	Methods []string `json:"methods,omitempty"`
	// Exceedances is the number of toys that the tail was fitted to, and Goodness the p-value of
	// its Anderson-Darling check.
	Exceedances int     `json:"exceedances,omitempty"`
	Goodness    float64 `json:"goodness,omitempty"`
	Reason      string  `json:"reason,omitempty"` // why the p-value is missing
}

// Useless reports whether the p-value is of no use, because most rows are also in the reference.
func (o ObservedSummary) Useless() bool { return 2*o.Shared > o.Events }

// NullSummary counts the null toys.
type NullSummary struct {
	Toys    int `json:"toys"`
	Failed  int `json:"failed"`
	Clamped int `json:"clamped"` // toys with at least one clamped epoch
}

// ScaleStats describes a statistic under the null hypothesis.
type ScaleStats struct {
	ScaleRecord
	Mean   float64 `json:"mean"`
	SD     float64 `json:"sd"`
	Median float64 `json:"median"`
	// ChiSquare is the fit of a chi-square distribution; nil if the statistic cannot follow one.
	ChiSquare *ChiSquare `json:"chi_square,omitempty"`
}

// ChiSquare is a fitted chi-square distribution and how well it fits.
type ChiSquare struct {
	DoF float64 `json:"dof"`
	KS  float64 `json:"ks"` // Kolmogorov-Smirnov distance
	P   float64 `json:"p"`  // its p-value
}

// Interval is a two-sided confidence interval.
type Interval [2]float64

// Point is the power at one signal strength. At N_S = 0 it is the type-I error.
type Point struct {
	Signal   float64 `json:"signal"` // N_S
	Toys     int     `json:"toys"`
	Failed   int     `json:"failed"` // toys whose fit failed; they count as not rejected
	Clamped  int     `json:"clamped"`
	Rejected int     `json:"rejected"`
	Power    float64 `json:"power"`
	// CI68 and CI95 are Clopper-Pearson intervals.
	CI68 Interval `json:"ci68"`
	CI95 Interval `json:"ci95"`
	// MedianP is the median p-value and MedianZ its significance, which is a lower bound if
	// MedianZBound is true.
	MedianP      float64 `json:"median_p"`
	MedianZ      float64 `json:"median_z"`
	MedianZBound bool    `json:"median_z_bound"`
	// ScalePower is the power of each statistic alone, for information.
	ScalePower []float64 `json:"scale_power"`
	// GroupPower is the power of each group alone, for information.
	GroupPower []float64 `json:"group_power,omitempty"`
	// Oracle is the power of the likelihood ratio of the true alternative at the same alpha, and
	// OracleZ its median significance, which is a lower bound if OracleZBound is true. Both are nil
	// if the alternative is not known.
	Oracle       *float64 `json:"oracle,omitempty"`
	OracleZ      *float64 `json:"oracle_z,omitempty"`
	OracleZBound bool     `json:"oracle_z_bound,omitempty"`
	// Found counts the injected bumps that the fits found; nil if the kernels were not kept.
	Found *FoundBumps `json:"found,omitempty"`
	// Leading says what the leading kernels hold; nil if that was not kept.
	Leading *LeadingSummary `json:"named,omitempty"`
	// Places says how often the first place is significant; nil if places were not kept.
	Places *PlaceSummary `json:"places,omitempty"`
}

// FoundBumps counts the bumps that kernels found, over the toys of a point whose fits did not fail.
// A bump of standard deviation s is found by a kernel whose centroid lies within
// 2·sqrt(s² + sigma²) of the bump's center, at the scale whose sigma is nearest to s on a
// logarithmic axis. The kernel's coefficient must have the sign of the bump: negative for a hole.
type FoundBumps struct {
	Kernels int `json:"kernels"` // in a fit
	Bumps   int `json:"bumps"`   // in a toy
	// Mean is the mean number of bumps found in a toy, and SE its standard error.
	Mean float64 `json:"mean"`
	SE   float64 `json:"se"`
	// Share counts the toys in which 0, 1, 2, ... bumps were found.
	Share []int `json:"share"`
	// Crowded is the mean number of kernels beyond the first on a bump, summed over the bumps of a
	// toy.
	Crowded float64 `json:"crowded"`
}

// LeadingSummary holds means of [Leading] over the toys of a point.
type LeadingSummary struct {
	Injected        float64 `json:"injected"` // share of anomalies in the data
	Purity          float64 `json:"purity"`
	PuritySE        float64 `json:"purity_se"`
	NearestPurity   float64 `json:"nearest_purity"`
	NearestPuritySE float64 `json:"nearest_purity_se"`
	Efficiency      float64 `json:"efficiency"`
	Found           float64 `json:"found"`   // classes that were found
	Classes         int     `json:"classes"` // the largest number of classes in a toy
}

// PlaceSummary counts the toys of a point whose first place has a p_place of at most the size of
// the test.
type PlaceSummary struct {
	Toys  int      `json:"toys"`
	Found int      `json:"found"`
	Power float64  `json:"power"` // Found/Toys
	CI95  Interval `json:"ci95"`  // Clopper-Pearson
	// Purity is the mean share of anomalies in the weighted data rows of these places, over those
	// that are an excess, and PuritySE its standard error. They are nil without anomalies.
	Purity   *float64 `json:"purity,omitempty"`
	PuritySE *float64 `json:"purity_se,omitempty"`
	// LeadingPurity is the mean purity of the leading kernels of the same toys; nil if those were
	// not kept.
	LeadingPurity *float64 `json:"leading_purity,omitempty"`
}

// WriteSummary writes summary.json and replaces an earlier one. It is an error if the summary holds
// a number that is not finite.
func (s *Store) WriteSummary(summary Summary) error {
	summary.Schema = SummarySchema
	return WriteRecord(filepath.Join(s.dir, summaryName), summary)
}

// Summary reads summary.json. The error wraps fs.ErrNotExist if there is none.
func (s *Store) Summary() (Summary, error) {
	path := filepath.Join(s.dir, summaryName)
	text, err := readRegular(path)
	if err != nil {
		return Summary{}, fmt.Errorf("results: %w", err)
	}
	var summary Summary
	if err := decodeKnown(text, &summary); err != nil {
		return Summary{}, &DamageError{Path: path, Err: err}
	}
	if summary.Schema != SummarySchema {
		return Summary{}, fmt.Errorf("results: %s is not a summary that this version reads: "+
			"its schema is %q, not %q", path, summary.Schema, SummarySchema)
	}
	return summary, nil
}

// SummaryIsFresh reports whether summary.json was written after the toys that are stored, as the
// times of the files say. A summary of the future is not fresh: a clock was set back since, and
// toys that followed it may be dated before it.
func (s *Store) SummaryIsFresh() bool {
	summary, err := os.Stat(filepath.Join(s.dir, summaryName))
	if err != nil || summary.ModTime().After(time.Now()) {
		return false
	}
	shards, err := s.list(toysFolder, shardEnding)
	return err == nil && !slices.ContainsFunc(shards, func(path string) bool {
		info, err := os.Stat(path)
		return err != nil || info.ModTime().After(summary.ModTime())
	})
}

// WriteTable writes a CSV file (RFC 4180, with \n at the end of lines) into the run folder and
// replaces an earlier one. A cell that a spreadsheet would take for a formula begins with an
// apostrophe. The name must be a file name that ends in .csv, and every row must have
// as many fields as the header.
func (s *Store) WriteTable(name string, header []string, rows [][]string) error {
	return s.WriteRows(name, header, slices.Values(rows))
}

// WriteRows is [Store.WriteTable] for rows that are made one by one.
func (s *Store) WriteRows(name string, header []string, rows iter.Seq[[]string]) error {
	if !isFileName(name, tableEnding) {
		return fmt.Errorf("results: %q is not a name for a table: it must be a file name that "+
			"ends in %s", name, tableEnding)
	}
	err := writeFile(filepath.Join(s.dir, name), func(file io.Writer) error {
		w := csv.NewWriter(file)
		err := w.Write(clean.CSVLine(header))
		n := 0
		for row := range rows {
			if err == nil && len(row) != len(header) {
				err = fmt.Errorf("row %d has %d fields, the header %d", n, len(row), len(header))
			}
			if err != nil {
				return err
			}
			err = w.Write(clean.CSVLine(row))
			n++
		}
		w.Flush()
		return errors.Join(err, w.Error())
	})
	if err != nil {
		return fmt.Errorf("results: writing %s: %w", name, err)
	}
	return nil
}
