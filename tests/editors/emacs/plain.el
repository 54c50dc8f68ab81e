;;; plain.el --- The journey by code actions and documents alone -*- lexical-binding: t -*-
(require 'steps)

(defun opened ()
  "The path of the document that the server told of."
  (let ((path (until "a document to open"
                     (lambda () (and (string-match "Open \\(/.*\\.md\\) to read it" messages)
                                     (match-string 1 messages))))))
    (setq messages "")
    path))

(defun agree (shows current)
  "Check that buffer, modified mark, hover, file and list agree: v SHOWS is seen, v CURRENT current."
  (cl-assert (equal (text) (prompt shows)))
  (cl-assert (eq (buffer-modified-p) (/= shows current)))
  (until "the hover"
         (lambda ()
           (string-match-p (if (= shows current) (format "capital\\W+v%d is current" current)
                             (format "this is v%d, .*; v%d is current" shows current))
                           (hover))))
  (cl-assert (equal (disk) (prompt current)))
  (cl-assert (equal (listed) current)))

(defun contents (path) (with-temp-buffer (insert-file-contents path) (buffer-string)))

(attach)
(until "v1" (lambda () (string-match-p "v1.*current" (hover))))
;; A key and an input are completed, and what is wrong is told of; then nothing has been typed.
(let ((before (text)))
  (complete-there "maxOutputTokens: 12" "\n    tempe")
  (cl-assert (looking-back "^    temperature\\(: \\)?" (line-beginning-position)))
  (insert (if (eq (char-before) ?\s) "hot" ": hot")) ; lsp-mode takes the label alone
  (until "what is wrong"
         (lambda () (cl-find-if (lambda (told) (string-match-p "temperature must be a number" told))
                                (wrong))))
  (delete-char -3)
  (insert "0")
  (until "nothing wrong" (lambda () (not (wrong))))
  (shown "mistakes")
  (complete-there "country 1" " in {{tone}}, {{to")
  (cl-assert (looking-back "{{tone}}, {{tone" (line-beginning-position)))
  (shown "completion")
  (erase-buffer)
  (insert before)
  (set-buffer-modified-p nil))
(dolist (n '(2 3 4 5)) (write-and-save (prompt n)))
(until "v5" (lambda () (string-match-p "v5.*current" (hover))))
(shown "save")
(let ((seen (hover)))
  (dolist (version '("v2" "v3" "v4" "v5")) (cl-assert (string-match-p version seen)))
  (cl-assert (not (string-match-p "v1" seen))))
(shown "history")

;; Texts that are longer, shorter and as long as the last one: switched to, taken back in the
;; buffer before and after the save, and each time what is seen, what is saved and what is told agree.
(dolist (n '(3 4 2))
  (act (format "Make v%d current with the next save" n))
  (until "the text" (lambda () (equal (text) (prompt n))))
  (agree n 5)
  (take-back)
  (agree 5 5)
  (act (format "Make v%d current with the next save" n))
  (until "the text" (lambda () (equal (text) (prompt n))))
  (basic-save-buffer)
  (agree n n)
  (take-back)
  (agree 5 n)
  (basic-save-buffer)
  (agree 5 5))
(shown "switch")
(act "Make v3 current")
(until "v3" (lambda () (equal (text) (prompt 3))))
(basic-save-buffer)
(act "Undo the last change")
(until "v5 again" (lambda () (equal (text) (prompt 5))))
(agree 5 3)
(basic-save-buffer)
(agree 5 5)
(shown "undo")

(act "▶ Run$")
(until "progress" (lambda ()
                    (pcase client
                      ('eglot (string-match-p "capital v5.*tokens" messages))
                      ('lsp-mode (string-match-p "tokens\\|running" (or (lsp--progress-status) ""))))))
(until "the result" (lambda () (string-match-p "v5.*tokens" (hover))))
(shown "run")
(act "[0-9.]+ s · ")
(cl-assert (string-match-p "^## Response\n\\(?:[^`#]*\n\\)?```markdown\n[^`]\\{1\\}" (contents (opened))))
(shown "response")
(act "▶▶ Run all 4")
(until "all results" (lambda () (= 4 (cl-count-if (lambda (line) (string-match-p "tokens" line))
                                                  (split-string (hover) "\n")))))
(act "⇄ Compare")
(cl-assert (string-match-p "## Response of v5" (contents (opened))))
(shown "compare")

(defun run-long ()
  "Run what takes long, and wait until some of its response can be read."
  (setq messages "")
  (act "▶ Run$")
  (until "the run in the menu"
         (lambda () (cl-find-if (lambda (title) (string-match-p "◼ Cancel" title)) (menu))))
  (act "running…\\|waiting…")
  (let ((path (opened)))
    (until "some of the response"
           (lambda () (with-temp-buffer
                        (insert-file-contents path)
                        (re-search-forward "^## Response\n\\(?:[^`#]*\n\\)?```markdown\n[^`]\\{20\\}" nil t))))))

(write-and-save (getenv "LONG"))
(run-long)
(act "◼ Cancel")
(until "the end of the run" (lambda () (string-match-p "v6.*cancelled" (hover))))
(shown "cancel")
(run-long)                              ; and Emacs ends
