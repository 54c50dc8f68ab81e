;;; commands.el --- The journey by the commands of fourfold.el -*- lexical-binding: t -*-
(require 'steps)
(declare-function fourfold-run "fourfold")

(defun line () (fourfold-mode-line))
(defvar lines nil "All that the mode line has said: what is short is over before it is looked at.")
(advice-add 'fourfold--versions-changed :after
            (lambda (_) (push (with-current-buffer (find-buffer-visiting file) (line)) lines)))
(defun document (name)
  "The text of the document whose buffer has NAME in its name."
  (when-let ((buffer (cl-find-if (lambda (buffer) (string-match-p name (buffer-name buffer)))
                                 (buffer-list))))
    (with-current-buffer buffer (text))))
(defun versions ()
  "What completion tells of each version."
  (let (told)
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_ table &rest _)
                 (let ((annotate (plist-get completion-extra-properties :annotation-function))
                       (labels (all-completions "" table)))
                   (setq told (mapcar (lambda (each) (concat each (funcall annotate each))) labels))
                   (car labels)))))
      (fourfold--read-version "Which? "))
    told))

(attach)
(until "the mode line" (lambda () (equal (line) " v1 · 1 version")))
(dolist (n '(2 3 4 5)) (write-and-save (prompt n)))
(until "v5 in the mode line" (lambda () (equal (line) " v5 · 4 versions")))
(shown "save")
(let ((told (versions)))
  (cl-assert (= 4 (length told)))
  (cl-assert (string-match-p
              "  1\\.2 s, cut off\\'"
              (fourfold--annotation '(:created "2026-01-01T00:00:00Z" :words 1 :linesAdded 1
                                      :linesRemoved 0 :lastRun
                                      (:status "succeeded" :durationMs 1200 :truncated t)))))
  (cl-assert (string-match-p "\\`v5  20[0-9-]+ [0-9:]+ +14 words  \\+1 −1  not run  ● current\\'"
                             (car told))))
(shown "history")

(defun agree (shows current)
  "Check that buffer, modified mark, mode line, file and list agree."
  (until "the mode line" (lambda () (equal (line) (format " v%d · 4 versions" current))))
  (cl-assert (equal (text) (prompt shows)))
  (cl-assert (eq (buffer-modified-p) (/= shows current)))
  (cl-assert (equal (disk) (prompt current)))
  (cl-assert (equal (listed) current)))

(dolist (n '(3 4 2))
  (let ((user-answers (list (format "v%d" n)))) (call-interactively #'fourfold-switch-version))
  (until "the text" (lambda () (equal (text) (prompt n))))
  (agree n n)
  (take-back)
  (agree 5 n)
  (basic-save-buffer)
  (agree 5 5))
(let ((user-answers '("v3"))) (call-interactively #'fourfold-switch-version))
(until "the text" (lambda () (equal (text) (prompt 3))))
(agree 3 3)
(shown "switch")
(fourfold-undo)
(until "v5 again" (lambda () (equal (text) (prompt 5))))
(agree 5 5)
(shown "undo")

(fourfold-run)
(until "the end of the run" (lambda () (string-match-p "[0-9.]+ s  ● current\\'" (car (versions)))))
(until "the end in the mode line" (lambda () (equal (line) " v5 · 4 versions")))
(shown "run")
(fourfold-show-response)
(until "the response" (lambda () (string-match-p "[a-z]" (or (document "response/capital.v5") ""))))
(shown "response")

(fourfold-run-all)
(until "all results"
       (lambda () (= 4 (cl-count-if (lambda (told) (string-match-p "[0-9.]+ s" told)) (versions)))))
(until "the end in the mode line" (lambda () (equal (line) " v5 · 4 versions")))
(cl-assert (member " v5 · 4 versions · running" lines))
(until "all answers, with figures"
       (lambda () (string-match-p "v5.*succeeded.*tokens\\(.*\n\\)*## Response of v5"
                                  (or (document "comparison/") ""))))
(let (compared)
  (cl-letf (((symbol-function 'ediff-buffers)
             (lambda (&rest buffers) (setq compared (mapcar #'buffer-name buffers)))))
    (let ((user-answers '("v2" "v5" "Prompt"))) (call-interactively #'fourfold-compare))
    (until "Ediff" (lambda () compared)))
  (cl-assert (string-match-p "country [25]" (document "version/capital.v2")))
  (cl-assert (string-match-p "country 5" (document "version/capital.v5")))
  (cl-assert (not (document "comparison/capital.v2-v5"))))

(defun run-long ()
  "Run what takes long, and wait until some of its response can be read."
  (kill-matching-buffers "response/capital.v6" t t)
  (fourfold-run)
  (fourfold-show-response)
  (until "some of the response" (lambda () (< 100 (length (document "response/capital.v6"))))))

(write-and-save (getenv "LONG"))
(run-long)
(let ((before (length (document "response/capital.v6"))))
  (until "more of the response" (lambda () (< before (length (document "response/capital.v6"))))))
(fourfold-cancel)
(until "the end of the run" (lambda () (string-match-p "cancelled" (car (versions)))))
(shown "cancel")
(run-long)                              ; and Emacs ends
