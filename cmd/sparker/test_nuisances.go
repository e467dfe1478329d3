package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"sparker/data/sources"
)

// defineNuisances adds the flag of nuisance parameters.
func (f *testFlags) defineNuisances(flags *pflag.FlagSet) {
	flags.StringArrayVar(&f.nuisances, "nuisance", nil, "fit a nuisance parameter of the "+
		"reference: `NAME:up=FILE,down=FILE`, samples at one standard deviation, "+
		"NAME:delta=COLUMN, its effect on each row, or NAME:norm,sigma=S, an uncertain number of "+
		"events. Further keys: up2=FILE, down2=FILE, delta2=COLUMN, at=A and sigma=S (default 1), "+
		"measured=M and throw=T (default 0)")
}

// chooseNuisances applies --nuisance.
func (f *testFlags) chooseNuisances() error {
	for _, text := range f.nuisances {
		v, err := parseNuisance(text)
		if err != nil {
			return err
		}
		f.files.Variations = append(f.files.Variations, v)
	}
	switch {
	case len(f.nuisances) == 0:
		return nil
	case f.files.Calibration == permutation:
		return usageError("--calibration permutation and --nuisance exclude each other: the " +
			"reference and the data are not exchangeable if the reference depends on parameters")
	case f.noFolder:
		return usageError("--no-folder does not fit the parameters of --nuisance; leave one of " +
			"them out")
	}
	return nil
}

// variedTables returns the tables of the variations, whose rows may have weights.
func (f *testFlags) variedTables() (all []weightedTable) {
	for i := range f.files.Variations {
		v := &f.files.Variations[i]
		for _, rows := range []*sources.VariedRows{&v.Up, &v.Down, &v.Up2, &v.Down2} {
			if rows.File != "" {
				all = append(all, weightedTable{rows.File, &rows.Weight, nil})
			}
		}
	}
	return all
}

// nuisanceForm is the form of --nuisance.
const nuisanceForm = "NAME:up=FILE,down=FILE[,up2=FILE,down2=FILE][,at=A], " +
	"NAME:delta=COLUMN[,delta2=COLUMN] or NAME:norm,sigma=S, and [,sigma=S][,measured=M][,throw=T]"

// parseNuisance parses a nuisance parameter.
func parseNuisance(text string) (v sources.VariationConfig, err error) {
	name, rest, ok := strings.Cut(text, ":")
	if v.Name = name; !ok || name == "" {
		return v, usageError("--nuisance is %q; want %s", text, nuisanceForm)
	}
	words := map[string]*string{"up": &v.Up.File, "down": &v.Down.File, "up2": &v.Up2.File,
		"down2": &v.Down2.File, "delta": &v.Delta, "delta2": &v.Delta2}
	numbers := map[string]*float64{"sigma": &v.Sigma, "at": &v.At, "measured": &v.Measured,
		"throw": &v.Throw}
	var given []string
	for _, part := range strings.Split(rest, ",") {
		key, value, _ := strings.Cut(part, "=")
		if slices.Contains(given, key) {
			return v, usageError("--nuisance %s has %s twice", name, key)
		}
		given = append(given, key)
		switch {
		case part == "norm":
			v.Norm = true
		case words[key] != nil && value != "":
			*words[key] = value
		case numbers[key] != nil:
			if *numbers[key], err = strconv.ParseFloat(value, 64); err != nil {
				return v, usageError("--nuisance %s has %s=%s; want a number", name, key, value)
			}
			if (key == "sigma" || key == "at") && !(*numbers[key] > 0) {
				return v, usageError("--nuisance %s has %s=%s; want a number above 0", name, key,
					value)
			}
		default:
			return v, usageError("--nuisance %s has %q; want %s", name, part, nuisanceForm)
		}
	}
	return v, nil
}
