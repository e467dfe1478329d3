package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/experiments"
	"sparker/results"
	"sparker/twosample"
)

// withRemedy adds to an error of a file which flag or key helps. The packages that read files do
// not know the flags and keys.
func withRemedy(err error) error {
	var value *tables.MissingValuesError
	var memory *tables.MemoryError
	var pool *sources.PoolError
	var match *tables.MatchError
	var dropped *sources.DroppedError
	var kind *sources.KindError
	var repeated *sources.RepeatedRowsError
	var outside *data.RangeError
	var changed *experiments.ChangedInputsError
	var blocks *data.SharedBlocksError
	var late *experiments.FewToysError
	var shuffled *sources.WeightedPermutationError
	switch {
	case csvRemedy(err) != "":
		return fmt.Errorf("%w; %s", err, csvRemedy(err))
	case errors.As(err, &shuffled):
		return fmt.Errorf("%w (leave out --calibration; data.files.calibration=pools)", err)
	case errors.As(err, &blocks):
		return fmt.Errorf("%w; if equal names are different blocks, rename those of one file; if "+
			"they are the same, compare the rows in pairs within each block, or test the rows one "+
			"by one without --block (data.files.reference.block)", err)
	case errors.As(err, &changed):
		return fmt.Errorf("%w; give another folder by --dir, or leave --dir out: the name of the "+
			"folder then depends on the content", err)
	case errors.As(err, &late):
		return fmt.Errorf("%w; the toys are kept: the same command continues, best with a longer "+
			"--time-limit", err)
	case faultRemedy(err) != "":
		return fmt.Errorf("%w; %s", firstLine(err), faultRemedy(err))
	case errors.As(err, &outside):
		return fmt.Errorf("%w (data.standardize=reference does the former)", err)
	case errors.As(err, &value):
		return fmt.Errorf("%w; leave columns out by --exclude, keep the rows by --missing "+
			"indicator, or leave them out by --missing drop (data.files.exclude, "+
			"data.files.missing)", err)
	case errors.As(err, &dropped):
		return fmt.Errorf("%w; leave columns out by --exclude, keep the rows by --missing "+
			"indicator, or allow it by --max-dropped (data.files.max_dropped)", err)
	case errors.As(err, &kind):
		return fmt.Errorf("%w; leave it out by --exclude (data.files.exclude)", err)
	case errors.As(err, &repeated):
		return fmt.Errorf("%w; keep them: a warning compares the samples with such repeats "+
			"(data.files.shared=keep)", err)
	case errors.As(err, &match) && slices.ContainsFunc(match.Missing, sources.NamesWeights):
		return fmt.Errorf("%w; if a column has weights of the rows, name it by --weight "+
			"(data.files.reference.weight)", err)
	case errors.As(err, &match) && len(match.Missing)+len(match.Extra) > 0:
		return fmt.Errorf("%w; leave columns out by --exclude (data.files.exclude), or name those "+
			"to test by --columns (data.files.columns)", err)
	case errors.As(err, &memory):
		return fmt.Errorf("%w (data.files.columns or data.files.reference.rows take less; "+
			"data.files.memory, --memory of sparker test, is the limit in GiB)", err)
	case errors.As(err, &pool):
		return fmt.Errorf("%w; set a smaller number, or data.files.replacement=true, which is not "+
			"exact", err)
	}
	return err
}

// continuation returns the command line that adds what a run folder lacks: the toys and the fits of
// a run or a test. It is for the folder from which the run was started.
func continuation(dir string) string {
	return fmt.Sprintf("sparker run %s --dir %s", quote(filepath.Join(dir, "config.yaml")),
		quote(dir))
}

// checkAnswers returns an error if the run has cells without the answer that they were made for: an
// observed sample without a p-value, or a power for which every null fit failed. A cell that is not
// complete may still get it.
func checkAnswers(s results.Summary) error {
	var missing []error
	for _, c := range s.Cells {
		o := c.Observed
		switch {
		case !c.Complete:
		case o != nil && o.Status != results.StatusOK:
			missing = append(missing, noAnswer(c.Method, verdict(*o, c.Null.Toys), o.Status))
		case o == nil && c.Null.Toys > 0 && c.Null.Failed == c.Null.Toys:
			missing = append(missing, noAnswer(c.Method, fmt.Sprintf("no power: all %d null fits "+
				"of the test %s failed", c.Null.Toys, c.Method), results.StatusTooManyFailures))
		}
	}
	return errors.Join(missing...)
}

// noAnswer is the error of a test that has no answer, with what helps.
func noAnswer(method, text, status string) error {
	remedy := "set data.standardize=reference, or take another test (sparker list --tests)"
	iterations := "baselines." + method + ".iterations"
	minimizes := slices.ContainsFunc(configs.Keys(), func(k configs.Key) bool {
		return k.Path == iterations
	})
	m, err := twosample.Lookup(method)
	switch s := twosample.Status(status); {
	case s == twosample.TooFewRows:
		remedy = "give more rows, or take another test (sparker list --tests)"
	case minimizes:
		remedy = fmt.Sprintf("raise %s or baselines.%s.lambda", iterations, method)
	case err == nil && m.Fits && s != twosample.NotConverged:
		remedy = "lower train.learning_rate.coefficients or train.clip, or set " +
			"data.standardize=reference"
	}
	return fmt.Errorf("%s; %s", text, remedy)
}

// flagNames are the flags of the command test that stand for keys.
var flagNames = map[string]string{
	"data.files.reference": "--reference", "data.files.observed": "--data",
}

// fileKey matches such a key at the beginning of a message, after the names of packages.
var fileKey = regexp.MustCompile(
	`^((?:\w+: )*)(data\.files\.(?:reference|observed))(?:\.more\[\d+\])?: `)

// columnKey matches the key of a column that flags describe.
var columnKey = regexp.MustCompile(`^((?:\w+: )*)data\.columns\[\d+\]\.(name|label|unit): `)

// columnFlags are the flags that stand for the keys of a column.
var columnFlags = map[string]string{
	"name": "--column-label or --column-unit", "label": "--column-label", "unit": "--column-unit",
}

// reworded is an error with another text.
type reworded struct {
	text string
	error
}

func (r reworded) Error() string { return r.text }
func (r reworded) Unwrap() error { return r.error }

// withFlagNames returns an error about a file of the command test with the flag that names the
// file, instead of the key.
func withFlagNames(err error) error {
	if err == nil {
		return nil
	}
	if parts := columnKey.FindStringSubmatch(err.Error()); parts != nil {
		return reworded{parts[1] + columnFlags[parts[2]] + err.Error()[len(parts[0])-2:], err}
	}
	parts := fileKey.FindStringSubmatch(err.Error())
	if parts == nil {
		return err
	}
	return reworded{parts[1] + flagNames[parts[2]] + err.Error()[len(parts[0])-2:], err}
}
