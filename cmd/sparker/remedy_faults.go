package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"sparker/analysis"
	"sparker/results"
)

// faultRemedy says what helps against a fault of a disk or of a run folder; empty if nothing is
// known to.
func faultRemedy(err error) string {
	var damage *results.DamageError
	var lost *results.LostError
	var none *analysis.NoToysError
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return "what was stored before is kept: make space, and give the same command again"
	case cannotWrite(err):
		return "make the folder writable, or name another one (--dir or --out)"
	case errors.As(err, &lost):
		return fmt.Sprintf("if it was moved, move it back to %s: the same command then continues; "+
			"otherwise it begins again", lost.Dir)
	case errors.As(err, &none):
		return continuation(none.Dir) + " adds them"
	case errors.As(err, &damage):
		return damageRemedy(damage)
	}
	return ""
}

// cannotWrite reports whether an error says that a run folder cannot be written. Input files that
// cannot be read are errors of the same kind.
func cannotWrite(err error) bool {
	var path *fs.PathError
	if !errors.Is(err, fs.ErrPermission) || !errors.As(err, &path) {
		return errors.Is(err, syscall.EROFS)
	}
	return path.Op == "mkdir" || strings.HasPrefix(filepath.Base(path.Path), ".sparker-tmp-") ||
		filepath.Base(filepath.Dir(path.Path)) == "toys"
}

// partFile matches the name of the toys file of a part of a run.
var partFile = regexp.MustCompile(`^toys-(\d+)-of-(\d+)`)

// damageRemedy says what helps against a damaged record.
func damageRemedy(e *results.DamageError) string {
	again := continuation(filepath.Dir(filepath.Dir(e.Path)))
	if part := partFile.FindStringSubmatch(filepath.Base(e.Path)); part != nil {
		again += fmt.Sprintf(" --shard %s/%s", part[1], part[2])
	}
	switch {
	case errors.Is(e, results.ErrStoredTwice):
		return "remove the line that is wrong, or both; then " + again + " fits the toy again"
	case e.Line > 0:
		return fmt.Sprintf("remove the line (sed -i.bak %dd %s); then %s fits again what is "+
			"missing, and nothing else", e.Line, quote(e.Path), again)
	case filepath.Base(filepath.Dir(e.Path)) == "fits":
		return again + " fits it again"
	case filepath.Base(e.Path) == "manifest.json":
		return fmt.Sprintf("restore it from a copy; without one, remove it: unless the run reads "+
			"files, %s writes it again and keeps the toys", continuation(filepath.Dir(e.Path)))
	}
	return "restore the file from a copy, or run into another folder by --dir"
}

// firstLine returns an error whose text is the first of several lines, with the number of others: a
// disk that is full, or that cannot be written, fails every file alike.
func firstLine(err error) error {
	first, rest, several := strings.Cut(err.Error(), "\n")
	if !several {
		return err
	}
	others := 1 + strings.Count(rest, "\n")
	return reworded{fmt.Sprintf("%s (and %s)", first, count(others, "other error")), err}
}
